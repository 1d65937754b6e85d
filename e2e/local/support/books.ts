import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The digest of the classic word count over the eight books of the lab ("word count" lines). */
export const corpusDigest = '08d25f8329d8b7054a8330033736775249ffd98ca861f12e24e0cda079322c19';

/** The eight books, where `MAPREDUCE_CORPUS` names their directory. */
export function corpus(): string[] | undefined {
  const directory = process.env['MAPREDUCE_CORPUS'];
  if (directory === undefined || directory === '') return undefined;
  const names = readdirSync(directory).filter((name) => name.startsWith('pg-'));
  return names.sort().map((name) => join(directory, name));
}

const syllables = ['ba', 'do', 'ke', 'li', 'mu', 'na', 'po', 'ra', 'se', 'ti', 'vö', 'xé'];

/** Prose-like text from a fixed sequence: skewed words, punctuation, some letters beyond ASCII. */
export function inventBook(seed: number, bytes: number): string {
  let state = (seed * 2_654_435_761 + 12_345) >>> 0;
  const next = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) ** 2 * below);
  };
  let text = '';
  while (text.length < bytes) {
    const words = Array.from({ length: 4 + next(10) }, () =>
      Array.from({ length: 1 + next(4) }, () => syllables[next(syllables.length)]).join(''),
    );
    text += `${words.join(next(3) === 0 ? ', ' : ' ')}.${next(7) === 0 ? '\r\n' : '\n'}`;
  }
  return text;
}

/** Eight books: the corpus where it is given, else invented ones written to `directory`. */
export function books(directory: string): string[] {
  const real = corpus();
  if (real !== undefined) return real;
  mkdirSync(directory, { recursive: true });
  return Array.from({ length: 8 }, (_, index) => {
    const path = join(directory, `book-${index}.txt`);
    writeFileSync(path, inventBook(index + 1, 200_000 + index * 40_000));
    return path;
  });
}

/** "word count" lines sorted by bytes: the oracle, which shares no code with the product. */
export function sequentialWordCount(paths: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const path of paths) {
    for (const [word] of readFileSync(path, 'utf8').matchAll(/\p{L}+/gu)) {
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return [...counts]
    .map(([word, count]) => Buffer.from(`${word} ${count}`))
    .sort((a, b) => Buffer.compare(a, b))
    .map((line) => line.toString('utf8'));
}
