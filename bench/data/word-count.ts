import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { countWords, type Counts } from '../check/word-counts.ts';
import type { Cache } from './cache.ts';
import type { Corpus } from './corpus.ts';

/** Files to count the words of, and what must come out. */
export interface WordCountData {
  readonly directory: string;
  readonly inputs: readonly string[];
  readonly bytes: number;
  readonly lines: number;
  /** `expected` holds for the text once; the inputs repeat it so often. */
  readonly repetitions: number;
  readonly expected: Counts;
}

const REPETITIONS = 60;
const SMALL_BYTES = 500_000;

/** Workload W: every book 60 times, a file a book. */
export async function prepareLarge(cache: Cache, corpus: Corpus): Promise<WordCountData> {
  const directory = await cache.once(`words-${corpus.digest}`, (empty) => {
    for (const { name, text } of corpus.books) {
      writeFileSync(join(empty, name), Buffer.concat(Array<Buffer>(REPETITIONS).fill(text)));
    }
  });
  return describe(directory, corpus.books, REPETITIONS);
}

/** Workload S: the book whose size is nearest to 500 kB. */
export async function prepareSmall(cache: Cache, corpus: Corpus): Promise<WordCountData> {
  const distance = ({ text }: { text: Buffer }) => Math.abs(text.length - SMALL_BYTES);
  const books = corpus.books.toSorted((a, b) => distance(a) - distance(b)).slice(0, 1);
  const directory = await cache.once(`book-${corpus.digest}`, (empty) => {
    for (const { name, text } of books) writeFileSync(join(empty, name), text);
  });
  return describe(directory, books, 1);
}

function describe(directory: string, books: Corpus['books'], repetitions: number): WordCountData {
  const once = Buffer.concat(books.map(({ text }) => text));
  let lines = 0;
  for (const byte of once) if (byte === 0x0a) lines += 1;
  return {
    directory,
    inputs: books.map(({ name }) => join(directory, name)),
    bytes: once.length * repetitions,
    lines: lines * repetitions,
    repetitions,
    expected: countWords(once.toString('utf8')),
  };
}
