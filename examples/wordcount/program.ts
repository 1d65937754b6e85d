import { defineJob, sum, sumValues } from '@mapreduce/sdk';

/** Counts words without making a string of each: they go from the input to the table as bytes. */
export default defineJob({
  mapBlock: (block, emit) => {
    emit.words(block, 1);
  },
  combine: sumValues,
  reduce: (word, counts, emit) => {
    emit(word, sum(counts));
  },
});
