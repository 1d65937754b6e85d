import { beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { books, inventBook } from './support/books.ts';
import { mapreduce, start, succeed, type RunningCommand } from './support/command.ts';
import { temporaryDirectory } from './support/directory.ts';
import { jobStatusEvents } from './support/events.ts';
import { residentPeak } from './support/memory.ts';
import { outputDigest, sortedLines } from './support/output.ts';
import { isAlive, processesOf, until } from './support/processes.ts';

const scratch = temporaryDirectory();
const mebibyte = 2 ** 20;
const toWords = String.raw`tr -cs A-Za-z '\n'`;
const count = `awk -F'\\t' '$1 != key { if (n) print key "\\t" n; key = $1; n = 0 } { n += $2 == "" ? 1 : $2 } END { print key "\\t" n }'`;

describe('streaming commands', () => {
  let inputs: string[] = [];

  beforeAll(() => {
    inputs = books(join(scratch, 'books'));
  });

  /** What a pipeline of the shell makes of each input, cut nowhere. */
  function pipeline(): string[] {
    const script = `for file in "$@"; do tr -d '\\r' < "$file" | ${toWords}; done | LC_ALL=C sort | uniq -c`;
    const text = execFileSync('sh', ['-c', script, 'sh', ...inputs], {
      encoding: 'utf8',
      maxBuffer: 64 * mebibyte,
    });
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => line.replace(/^ *(\d+) (.*)$/, '$2\t$1'))
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }

  it.each([
    [1, '64Mi', ['--format', 'json']],
    [2, '64Mi', ['--combiner', count]],
    [7, '64Mi', ['--workers', '3', '--memory', '16Mi']],
  ])('%i reducers make what a pipeline of the shell makes', async (reducers, split, more) => {
    const output = join(scratch, `words-${reducers}`);
    await succeed([
      ...['run', '--mapper', toWords, '--reducer', count, ...inputs, '-o', output, '--quiet'],
      ...['--reducers', String(reducers), '--split-size', split, ...more],
    ]);
    await succeed(['verify', output]);
    expect(sortedLines(output)).toEqual(pipeline());
  });

  it('a worker that is killed half way changes nothing', async () => {
    const args = (output: string) => [
      ...['run', '--mapper', `sh -c "sleep 0.1; ${toWords.replaceAll('\\', '\\\\')}"`],
      ...['--reducer', count, ...inputs, '-o', output, '--json'],
      ...['--workers', '3', '--reducers', '4', '--split-size', '128Ki'],
    ];
    await succeed(args(join(scratch, 'calm')));
    const output = join(scratch, 'killed');
    const run = start(args(output));
    const { last } = jobStatusEvents(run);
    await until('maps', 60_000, () => ((last()?.maps.completed ?? 0) >= 3 ? true : undefined));
    const [worker] = processesOf(run.pid, 'worker');
    process.kill(worker?.pid ?? 0, 'SIGKILL');
    expect((await run.result).code).toBe(0);
    expect(outputDigest(output)).toBe(outputDigest(join(scratch, 'calm')));
    await succeed(['verify', output]);
  }, 120_000);
});

describe('nothing of a command is left', () => {
  const input = join(scratch, 'input.txt');
  let runs = 0;

  beforeAll(() => writeFileSync(input, 'a\nb\n'));

  /** Starts a mapper that leads other processes and neither reads nor writes; gives their ids. */
  async function stuck(more: readonly string[] = []) {
    runs += 1;
    const pids = join(scratch, `pids-${runs}`);
    const script = `sleep 1000 & echo $$ $! > ${pids}.new; mv ${pids}.new ${pids}; wait`;
    const run = start([
      ...['run', '--mapper', `sh -c '${script}'`, input, '-o', join(scratch, `stuck-${runs}`)],
      ...['--quiet', ...more],
    ]);
    await until('the mapper', 60_000, () => (existsSync(pids) ? true : undefined));
    const started = readFileSync(pids, 'utf8').trim().split(' ').map(Number);
    expect(started.map(isAlive)).toEqual([true, true]);
    return { run, started };
  }

  async function gone(started: readonly number[], ms: number): Promise<void> {
    await until('the end of all', ms, () => (started.some(isAlive) ? undefined : true));
  }

  it('within 2 s of Ctrl-C', async () => {
    const { run, started } = await stuck();
    process.kill(run.pid, 'SIGINT');
    await gone(started, 2_000);
    expect((await run.result).code).toBe(3);
  });

  it('after a second Ctrl-C', async () => {
    const { run, started } = await stuck();
    process.kill(run.pid, 'SIGINT');
    process.kill(run.pid, 'SIGINT');
    expect((await run.result).code).toBe(3);
    await gone(started, 2_000);
  });

  it('when the command line is killed', async () => {
    const { run, started } = await stuck();
    process.kill(run.pid, 'SIGKILL');
    await gone(started, 5_000);
  });

  it('when its executor, or its worker, is killed', async () => {
    const { run, started } = await stuck(['--workers', '1']);
    process.kill(processesOf(run.pid, 'executor')[0]?.pid ?? 0, 'SIGKILL');
    await gone(started, 5_000);
    process.kill(run.pid, 'SIGINT');
    await run.result;

    const another = await stuck(['--workers', '1']);
    process.kill(processesOf(another.run.pid, 'worker')[0]?.pid ?? 0, 'SIGKILL');
    await gone(another.started, 5_000);
    process.kill(another.run.pid, 'SIGINT');
    await another.run.result;
  });

  it('after its time is up, which is exit code 4', async () => {
    const { run, started } = await stuck(['--task-timeout', '1s']);
    expect((await run.result).code).toBe(4);
    await gone(started, 2_000);
  }, 60_000);
});

describe('commands within bounds', () => {
  async function withinBudget(run: RunningCommand, memory: number): Promise<void> {
    const peak = residentPeak(run.pid, 'executor');
    const { code, stderr } = await run.result;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(peak.stop()).toBeLessThan(memory + 120 * mebibyte);
  }

  it('an input ten times the memory goes through within it', async () => {
    const input = join(scratch, 'large.txt');
    const book = inventBook(5, mebibyte);
    for (let written = 0; written < 160; written += 1) appendFileSync(input, book);
    const output = join(scratch, 'large');
    const lines = 160 * (book.split('\n').length - 1);
    const run = start([
      ...['run', '--mapper', 'cat', '--reducer', 'wc -l'],
      ...[input, '-o', output, '--quiet', '--reducers', '1'],
      ...['--memory', '16Mi', '--split-size', '160Mi'],
    ]);
    await withinBudget(run, 16 * mebibyte);
    expect(sortedLines(output).map((line) => line.trim())).toEqual([String(lines)]);
  }, 240_000);

  it('one key has ten million values', async () => {
    const input = join(scratch, 'two-lines.txt');
    writeFileSync(input, 'a\nb\n');
    const output = join(scratch, 'one-key');
    const run = start([
      ...['run', '--mapper', `awk '{ for (i = 0; i < 5000000; i++) print "k\\t" i % 3 }'`],
      ...['--reducer', `awk -F'\\t' '{ n++; sum += $2 } END { print $1, n, sum }'`],
      ...[input, '-o', output, '--quiet', '--memory', '64Mi', '--split-size', '2'],
      ...['--reducers', '1'],
    ]);
    await withinBudget(run, 64 * mebibyte);
    expect(sortedLines(output)).toEqual(['k 10000000 9999998']);
  }, 240_000);

  it('a line of 100 MB that a mapper writes is one clear error', async () => {
    const input = join(scratch, 'one-line.txt');
    writeFileSync(input, 'a\n');
    const { code, stderr } = await mapreduce([
      ...['run', '--mapper', 'head -c 100000000 /dev/zero', input, '-o', join(scratch, 'long')],
      ...['--memory', '32Mi', '--quiet'],
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain(
      `the mapper head -c 100000000 /dev/zero, for ${input}, bytes 0 to 2, wrote a line of more ` +
        'than 8388608 bytes, a quarter of --memory',
    );
  });
});

describe('commands that cannot be run', () => {
  const input = join(scratch, 'some.txt');

  beforeAll(() => writeFileSync(input, 'a\n'));

  it.each([
    [['--mapper', 'no-such-command -x'], 2, /the mapper: there is no program "no-such-command"/],
    [['--mapper', 'tr a b | cat'], 2, /--mapper: \| is for a shell, and none runs here/],
    [['--mapper', 'cat', '--skip-bad-records', '1'], 2, /--skip-bad-records: not with --mapper/],
    [['--reducer', 'cat'], 2, /--reducer: only with --mapper/],
    [
      ['--mapper', `sh -c 'echo no luck >&2; exit 3'`],
      1,
      /the mapper sh -c 'echo no luck >&2; exit 3', for .*some\.txt, bytes 0 to 2, ended with exit code 3; the last it wrote to its standard error:\s+no luck/,
    ],
    [['--mapper', `sh -c 'kill -SEGV $$'`], 1, /was ended by SIGSEGV/],
  ])('%j', async (flags, code, message) => {
    const output = join(scratch, 'never');
    const result = await mapreduce(['run', ...flags, input, '-o', output, '--quiet']);
    expect(result.stderr).toMatch(message);
    expect(result.code).toBe(code);
    expect(existsSync(output)).toBe(false);
  });
});
