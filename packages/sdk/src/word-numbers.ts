/** A registered symbol, since a bundled program holds a copy of the SDK, and words of its own. */
export const wordNumbers = Symbol.for('mapreduce.wordNumbers');

/** Says which number a word has, if `words` found it just now, and else 0; see `wordNumber`. */
export type WordNumber = (word: string) => number;

/** The numbers of the words that a program of `defineJob` finds. */
export function wordNumbersOf(job: object): WordNumber | undefined {
  const found: unknown = Reflect.get(job, wordNumbers);
  return typeof found === 'function' ? (found as WordNumber) : undefined;
}
