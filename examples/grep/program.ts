import { defineJob, type Emit, type Key } from '@mapreduce/sdk';

/** Change it to what you look for: copy this file, and run the copy. */
const pattern = /\bwhales?\b/iu;

/** Prints each line that matches, with its file and the byte offset of its beginning. */
export default defineJob({
  map: (line, emit: Emit<readonly [string, number], string>, context) => {
    if (!pattern.test(line)) return;
    context.count('matching lines');
    emit([context.file, context.offset], line);
  },
  reduce: ([file, offset], lines, emit: Emit<Key, string>) => {
    for (const line of lines) emit(`${file}:${offset}`, line);
  },
});
