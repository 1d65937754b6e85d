import { defineJob, sum, words } from '@mapreduce/sdk';

/** Floating-point addition is not associative: the result shows the order and the grouping. */
export default defineJob({
  map: (line, emit, context) => {
    for (const word of words(line)) emit(word, 1 / (3 + context.offset));
  },
  combine: (_word, parts) => sum(parts),
  reduce: (word, parts, emit) => {
    emit(word, sum(parts));
  },
});
