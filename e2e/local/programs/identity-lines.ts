import { defineJob } from '@mapreduce/sdk';

/** Every line is a key of its own; empty lines too. */
export default defineJob({
  map: (line, emit) => {
    emit(line, 1);
  },
  reduce: (line, seen, emit) => {
    let count = 0;
    for (const one of seen) count += one;
    emit(line, count);
  },
});
