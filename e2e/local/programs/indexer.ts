import { defineJob, wholeFile, words, type Emit } from '@mapreduce/sdk';

const decoder = new TextDecoder();

/** The lab's indexer: for each word how many documents hold it, and which. */
export default defineJob({
  reader: wholeFile(),
  map: ({ file, bytes }, emit: Emit<string, string>) => {
    const document = file.split('/').at(-1) ?? file;
    for (const word of new Set(words(decoder.decode(bytes)))) emit(word, document);
  },
  reduce: (word, documents, emit) => {
    const names = [...documents].sort();
    emit(word, `${names.length} ${names.join(',')}`);
  },
});
