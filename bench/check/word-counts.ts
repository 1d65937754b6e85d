import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { outputFiles } from './output-files.ts';

/** How often each word occurs. */
export type Counts = ReadonlyMap<string, number>;

/** Every way in which a contender writes a count: `word<TAB>3`, `word 3`, `"word"<TAB>3`, `3 word`. */
const LINE = /^(?:\s*(?<before>\d+) )?"?(?<word>\p{L}+)"?(?:[\t ](?<after>\d+))?$/u;

/** The reference: words are maximal runs of letters. */
export function countWords(text: string): Counts {
  const counts = new Map<string, number>();
  for (const [word] of text.matchAll(/\p{L}+/gu)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** The counts that an output directory holds; throws on any line that is none. */
export function readCounts(directory: string): Counts {
  const counts = new Map<string, number>();
  for (const file of outputFiles(directory)) {
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      if (line === '') continue;
      const { before, word, after } = LINE.exec(line)?.groups ?? {};
      const count = before ?? after;
      if (word === undefined || count === undefined) {
        throw new Error(`${file} holds ${JSON.stringify(line.slice(0, 100))}, which is no count`);
      }
      if (counts.has(word)) throw new Error(`${directory} counts ${word} twice`);
      counts.set(word, Number(count));
    }
  }
  return counts;
}

/** sha256 of the lines `word count`, sorted by their bytes, each count multiplied. */
export function digestOfCounts(counts: Counts, factor = 1): string {
  const lines = [...counts].map(([word, count]) => Buffer.from(`${word} ${count * factor}\n`));
  return createHash('sha256')
    .update(Buffer.concat(lines.sort((a, b) => a.compare(b))))
    .digest('hex');
}

/** Throws unless the directory holds `expected`, each count multiplied by `factor`. */
export function checkCounts(directory: string, expected: Counts, factor: number): void {
  const found = readCounts(directory);
  if (digestOfCounts(found) === digestOfCounts(expected, factor)) return;
  for (const [word, count] of expected) {
    if (found.get(word) === count * factor) continue;
    const was = found.get(word) ?? 'missing';
    throw new Error(
      `wrong output: ${word} occurs ${count * factor} times, and its count is ${was}`,
    );
  }
  throw new Error(`wrong output: ${found.size} words, and there are ${expected.size}`);
}
