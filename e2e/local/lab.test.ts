import { beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { books, sequentialWordCount } from './support/books.ts';
import { start, succeed } from './support/command.ts';
import { temporaryDirectory } from './support/directory.ts';
import { outputDigest, sortedLines } from './support/output.ts';
import { processesOf, until } from './support/processes.ts';
import { program } from './support/programs.ts';

/**
 * The acceptance tests of the MIT 6.5840 MapReduce lab, on programs of our own: the lab's list is
 * word count, indexer, map and reduce parallelism, job count, early exit, crash.
 */
describe('the seven tests of the lab', () => {
  const scratch = temporaryDirectory();
  let inputs: string[] = [];

  beforeAll(() => {
    inputs = books(join(scratch, 'books'));
  });

  const directory = (name: string) => {
    const path = join(scratch, name);
    mkdirSync(path);
    return path;
  };

  it('word count equals the sequential run', async () => {
    const output = join(scratch, 'wc');
    await succeed([
      ...['run', program('word-count.ts'), ...inputs, '-o', output, '--quiet'],
      ...['--workers', '3', '--reducers', '10'],
    ]);
    expect(sortedLines(output).map((line) => line.replace('\t', ' '))).toEqual(
      sequentialWordCount(inputs),
    );
  });

  it('the indexer equals the sequential run', async () => {
    const output = join(scratch, 'indexer');
    await succeed([
      ...['run', program('indexer.ts'), ...inputs, '-o', output, '--quiet'],
      ...['--workers', '2', '--reducers', '10'],
    ]);
    const documents = new Map<string, string[]>();
    for (const path of inputs) {
      const words = readFileSync(path, 'utf8').match(/\p{L}+/gu) ?? [];
      for (const word of new Set(words)) {
        documents.set(word, [...(documents.get(word) ?? []), basename(path)]);
      }
    }
    const expected = [...documents].map(
      ([word, names]) => `${word}\t${names.length} ${names.sort().join(',')}`,
    );
    expect(sortedLines(output).sort()).toEqual(expected.sort());
  });

  it('maps run at once on exactly two workers', async () => {
    const output = join(scratch, 'map-parallelism');
    await succeed(
      [
        ...['run', program('map-parallelism.ts'), ...inputs, '-o', output, '--quiet'],
        ...['--workers', '2', '--slots', '1', '--reducers', '10'],
      ],
      { env: { E2E_DIRECTORY: directory('map-peers') } },
    );
    const lines = sortedLines(output);
    expect(lines.filter((line) => line.startsWith('worker-'))).toHaveLength(2);
    expect(lines).toContain('at-once\t2');
  });

  it('reduces run at once', async () => {
    const output = join(scratch, 'reduce-parallelism');
    await succeed(
      [
        ...['run', program('reduce-parallelism.ts'), ...inputs, '-o', output, '--quiet'],
        ...['--workers', '2', '--slots', '1', '--reducers', '10'],
      ],
      { env: { E2E_DIRECTORY: directory('reduce-peers') } },
    );
    expect(sortedLines(output).some((line) => line.endsWith('\t2'))).toBe(true);
  });

  it('map is called exactly once a file', async () => {
    const output = join(scratch, 'job-count');
    const calls = directory('calls');
    await succeed(
      ['run', program('job-count.ts'), ...inputs, '-o', output, '--quiet', '--workers', '4'],
      { env: { E2E_DIRECTORY: calls } },
    );
    expect(sortedLines(output)).toEqual(['calls\t8']);
    expect(readdirSync(calls)).toHaveLength(8);
  });

  it('the output is final when the first process leaves', async () => {
    const output = join(scratch, 'early-exit');
    const run = start([
      ...['run', program('early-exit.ts'), ...inputs, '-o', output, '--quiet'],
      ...['--workers', '3', '--reducers', '10'],
    ]);
    const serving = () => [
      ...processesOf(run.pid, 'worker'),
      ...processesOf(run.pid, 'coordinator'),
    ];
    const started = await until('one coordinator and three workers', 10_000, () => {
      const processes = serving();
      return processes.length === 4 ? processes : undefined;
    });
    await until('a process leaves', 30_000, () =>
      serving().length < started.length || run.child.exitCode !== null ? true : undefined,
    );
    const early = outputDigest(output);
    expect((await run.result).code).toBe(0);
    expect(early).toBe(outputDigest(output));
    expect(sortedLines(output)).toHaveLength(8);
  });

  it('workers that crash or dawdle in a third of the calls each change nothing', async () => {
    const calm = join(scratch, 'calm');
    const stormy = join(scratch, 'stormy');
    const args = (output: string) => [
      ...['run', program('crash.ts'), ...inputs, '-o', output, '--quiet'],
      ...['--workers', '3', '--reducers', '10'],
    ];
    await succeed(args(calm));
    await succeed(args(stormy), { env: { E2E_CRASH: 'yes' } });
    expect(outputDigest(stormy)).toBe(outputDigest(calm));
  }, 180_000);
});
