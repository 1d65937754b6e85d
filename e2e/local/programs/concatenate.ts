import { defineJob, words, type Emit } from '@mapreduce/sdk';

/** All places of a word, in the order of the input. */
export default defineJob({
  map: (line, emit: Emit<string, string>, context) => {
    const place = `${context.file.split('/').at(-1) ?? ''}@${context.offset}`;
    for (const word of words(line)) emit(word, place);
  },
  reduce: (word, places, emit) => {
    emit(word, [...places].join(' '));
  },
});
