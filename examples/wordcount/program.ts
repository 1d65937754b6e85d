import { defineJob, scanWords, sum, sumValues } from '@mapreduce/sdk';

/** Counts words without making a string of each: they go from the input to the table as bytes. */
export default defineJob({
  mapBlock: (block, emit) => {
    scanWords(block, (source, start, end) => {
      emit.text(source, start, end, 1);
    });
  },
  combine: sumValues,
  reduce: (word, counts, emit) => {
    emit(word, sum(counts));
  },
});
