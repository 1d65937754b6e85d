import { defineJob, sum, words } from '@mapreduce/sdk';

export default defineJob({
  map: (line, emit) => {
    for (const word of words(line)) emit(word, 1);
  },
  combine: (_word, counts) => sum(counts),
  reduce: (word, counts, emit) => {
    emit(word, sum(counts));
  },
});
