import { beforeAll, describe, expect, it, test } from '@jest/globals';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { books, corpus, corpusDigest, sequentialWordCount } from './support/books.ts';
import { succeed } from './support/command.ts';
import { temporaryDirectory } from './support/directory.ts';
import { outputDigest, sha256, sortedLines } from './support/output.ts';
import { program } from './support/programs.ts';

const scratch = temporaryDirectory();

interface Shape {
  readonly reducers: number;
  readonly format: 'binary' | 'json';
  readonly split: string;
  readonly workers: number;
  readonly memory: string;
}

const pairwise: readonly Shape[] = [
  { reducers: 1, format: 'binary', split: '64Mi', workers: 1, memory: '32Mi' },
  { reducers: 1, format: 'json', split: '64Ki', workers: 2, memory: '1Gi' },
  { reducers: 1, format: 'binary', split: '1Ki', workers: 8, memory: '1Gi' },
  { reducers: 2, format: 'json', split: '64Mi', workers: 2, memory: '32Mi' },
  { reducers: 2, format: 'binary', split: '64Ki', workers: 8, memory: '32Mi' },
  { reducers: 2, format: 'json', split: '1Ki', workers: 1, memory: '1Gi' },
  { reducers: 7, format: 'json', split: '64Mi', workers: 8, memory: '1Gi' },
  { reducers: 7, format: 'binary', split: '64Ki', workers: 1, memory: '32Mi' },
  { reducers: 7, format: 'binary', split: '1Ki', workers: 2, memory: '32Mi' },
];

const flags = ({ reducers, format, split, workers, memory }: Shape) => [
  ...['--reducers', `${reducers}`, '--format', format, '--split-size', split],
  ...['--workers', `${workers}`, '--memory', memory],
];

test('every pair of values of two settings occurs', () => {
  const settings = ['reducers', 'format', 'split', 'workers', 'memory'] as const;
  const values = (setting: keyof Shape) => new Set(pairwise.map((shape) => shape[setting]));
  for (const one of settings) {
    for (const other of settings.slice(settings.indexOf(one) + 1)) {
      const pairs = new Set(pairwise.map((shape) => `${shape[one]} ${shape[other]}`));
      expect(pairs.size).toBe(values(one).size * values(other).size);
    }
  }
});

describe('word count of eight books', () => {
  let inputs: string[] = [];
  let expected = '';

  beforeAll(() => {
    inputs = books(join(scratch, 'books'));
    expected = digestOf(inputs);
    if (corpus() !== undefined) expect(expected).toBe(corpusDigest);
  });

  const digestOf = (paths: readonly string[]) =>
    sha256(`${sequentialWordCount(paths).join('\n')}\n`);
  const digestOfCounts = (directory: string) =>
    sha256(
      `${sortedLines(directory)
        .map((line) => line.replace('\t', ' '))
        .join('\n')}\n`,
    );

  it.each(pairwise)(
    'is the same for $reducers reducers, $format, splits of $split, $workers workers, $memory',
    async (shape) => {
      const output = join(scratch, `wc-${Object.values(shape).join('-')}`);
      // Of all the books that would be thousands of maps: see below.
      const some = shape.split === '1Ki' ? inputs.slice(0, 1) : inputs;
      await succeed(['run', 'wordcount', ...some, '-o', output, '--quiet', ...flags(shape)]);
      expect(digestOfCounts(output)).toBe(digestOf(some));
    },
  );

  it('is the same with splits of 1 KiB of all books', async () => {
    const output = join(scratch, 'wc-1ki');
    // All the books where they are the real ones: thousands of maps take half a minute.
    const some = corpus() ?? inputs.slice(0, 1);
    await succeed([
      ...['run', 'wordcount', ...some, '-o', output, '--quiet'],
      ...['--split-size', '1Ki', '--workers', '4'],
    ]);
    expect(digestOfCounts(output)).toBe(digestOf(some));
  }, 240_000);

  it('leaves its directory where it is told to keep it, and only there', async () => {
    const [first = ''] = inputs;
    const temporary = join(scratch, 'temporary');
    mkdirSync(temporary);
    const args = ['run', 'wordcount', first, '-o', join(scratch, 'wc-kept'), '--json'];
    const env = { TMPDIR: temporary };
    const { stdout } = await succeed([...args, '--keep'], { env });
    const { logs } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { logs: string };
    const [kept = ''] = readdirSync(temporary).filter((name) => name.startsWith('mapreduce-'));
    expect(logs).toBe(join(temporary, kept, 'logs'));
    expect(readdirSync(logs)).toContain('coordinator.log');
    expect(readdirSync(join(temporary, kept, 'state'))).toHaveLength(1);
    rmSync(join(temporary, kept), { recursive: true });
    await succeed([...args, '--overwrite'], { env });
    expect(readdirSync(temporary).filter((name) => name.startsWith('mapreduce-'))).toEqual([]);
  });

  it('is the same for the program that maps a line at a time', async () => {
    const output = join(scratch, 'wc-lines');
    await succeed(['run', program('word-count.ts'), ...inputs, '-o', output, '--quiet']);
    expect(digestOfCounts(output)).toBe(expected);
  });
});

describe('what depends on the order of values', () => {
  let inputs: string[] = [];

  beforeAll(() => {
    // Some of the shapes cut them into pieces of 1 KiB.
    inputs = books(join(scratch, 'books'))
      .slice(0, 3)
      .map((book, index) => {
        const beginning = join(scratch, `beginning-${index}.txt`);
        writeFileSync(beginning, readFileSync(book).subarray(0, 100_000));
        return beginning;
      });
  });

  it('concatenated values are byte-identical for every shape with one number of reducers', async () => {
    const digests = new Set<string>();
    for (const [index, shape] of pairwise.entries()) {
      const output = join(scratch, `concat-${index}`);
      const shaped = flags({ ...shape, reducers: 3 });
      await succeed([
        'run',
        program('concatenate.ts'),
        ...inputs,
        '-o',
        output,
        '--quiet',
        ...shaped,
      ]);
      digests.add(outputDigest(output));
    }
    expect(digests.size).toBe(1);
  });

  it('a sum of floats is byte-identical for one split size and memory', async () => {
    const digests = new Set<string>();
    for (const workers of [1, 2, 5]) {
      const output = join(scratch, `float-${workers}`);
      const shaped = flags({
        reducers: 3,
        format: 'binary',
        split: '64Ki',
        workers,
        memory: '32Mi',
      });
      await succeed([
        'run',
        program('float-sum.ts'),
        ...inputs,
        '-o',
        output,
        '--quiet',
        ...shaped,
      ]);
      digests.add(outputDigest(output));
    }
    expect(digests.size).toBe(1);
  });
});
