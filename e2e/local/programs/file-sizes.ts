import { defineJob, wholeFile } from '@mapreduce/sdk';

/** The size of each input file, by its name. */
export default defineJob({
  reader: wholeFile(),
  map: ({ file, bytes }, emit) => emit(file.split('/').at(-1) ?? file, bytes.length),
  reduce: (file, sizes, emit) => {
    for (const size of sizes) emit(file, size);
  },
});
