import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inventProse } from './prose.ts';

interface Book {
  readonly name: string;
  readonly text: Buffer;
}

export interface Corpus {
  /** For people: which text it is. */
  readonly title: string;
  readonly books: readonly Book[];
  /** Changes with any byte of it. */
  readonly digest: string;
}

/** Sizes of the eight books that `MAPREDUCE_CORPUS` is meant to name. */
const SIZES = [138_885, 453_168, 441_033, 540_174, 594_262, 139_054, 581_863, 412_665];

/** The `.txt` files of the directory `MAPREDUCE_CORPUS`, or invented prose of the same sizes. */
export function loadCorpus(): Corpus {
  const directory = process.env['MAPREDUCE_CORPUS'];
  const books = directory === undefined ? inventBooks() : readBooks(directory);
  const hash = createHash('sha256');
  for (const { name, text } of books) hash.update(`${name} ${text.length}\n`).update(text);
  return {
    title:
      directory === undefined
        ? 'invented prose, as MAPREDUCE_CORPUS names no directory of books'
        : `${books.length} books`,
    books,
    digest: hash.digest('hex').slice(0, 12),
  };
}

function readBooks(directory: string): Book[] {
  const names = readdirSync(directory)
    .filter((name) => name.endsWith('.txt'))
    .sort();
  if (names.length === 0)
    throw new Error(`MAPREDUCE_CORPUS: there is no .txt file in ${directory}`);
  return names.map((name) => {
    const text = readFileSync(join(directory, name));
    // Repeated, a last line without an end would run into the first.
    return { name, text: text.at(-1) === 0x0a ? text : Buffer.concat([text, Buffer.from('\n')]) };
  });
}

function inventBooks(): Book[] {
  return SIZES.map((size, index) => ({
    name: `book-${index + 1}.txt`,
    text: inventProse(size, index + 1),
  }));
}
