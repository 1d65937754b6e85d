import { defineJob, words, type Emit } from '@mapreduce/sdk';

/** Lists, for each word, the files that contain it: their number, then their names in order. */
export default defineJob({
  map: (line, emit: Emit<string, readonly string[]>, { file }) => {
    for (const word of new Set(words(line))) emit(word, [file]);
  },
  // Many lines of one file hold the same word: passing its name on once keeps the shuffle small.
  combine: (_word, lists) => distinct(lists),
  reduce: (word, lists, emit: Emit<string, string>) => {
    const files = distinct(lists);
    emit(word, `${files.length} ${files.join(',')}`);
  },
});

function distinct(lists: Iterable<readonly string[]>): string[] {
  const files = new Set<string>();
  for (const list of lists) for (const file of list) files.add(file);
  return [...files].sort();
}
