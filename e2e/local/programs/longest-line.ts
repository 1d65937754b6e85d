import { defineJob } from '@mapreduce/sdk';

/** How often each length of line occurs. */
export default defineJob({
  reader: { kind: 'lines', maxLength: 256 * 2 ** 20 },
  map: (line, emit) => {
    emit(String(line.length), 1);
  },
  reduce: (length, seen, emit) => {
    let count = 0;
    for (const one of seen) count += one;
    emit(length, count);
  },
});
