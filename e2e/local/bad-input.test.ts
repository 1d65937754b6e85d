import { beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { unparsableProgram } from './support/bad-program.ts';
import { mapreduce, start, type CommandOptions } from './support/command.ts';
import { temporaryDirectory } from './support/directory.ts';
import { jobStatusEvents } from './support/events.ts';
import { mounted } from './support/mounted.ts';
import { descendants, isAlive, processesOf, until } from './support/processes.ts';
import { program } from './support/programs.ts';

const scratch = temporaryDirectory();

function directory(name: string): string {
  const path = join(scratch, name);
  mkdirSync(path);
  return path;
}

let outputs = 0;

interface Refusal {
  readonly args: readonly string[];
  readonly code: number;
  /** Each must be on standard error. */
  readonly says: readonly RegExp[];
  readonly options?: CommandOptions;
}

/** Expects one error with the right exit code, and nothing left behind. */
async function refused({ args, code, says, options }: Refusal): Promise<void> {
  const output = join(scratch, `out-${(outputs += 1)}`);
  const result = await mapreduce([...args, '-o', output], options);
  for (const pattern of says) expect(result.stderr).toMatch(pattern);
  expect(result.code).toBe(code);
  expect(result.stderr.match(/^(?:error:|failed )/gm)).toHaveLength(1);
  expect(existsSync(output)).toBe(false);
}

describe('bad input gets one error, the right exit code, and leaves nothing behind', () => {
  let input = '';

  beforeAll(() => {
    input = join(scratch, 'input.txt');
    writeFileSync(input, 'one\ntwo\npoison\nthree\n');
  });

  it('a program that does not parse', () =>
    refused({
      args: ['run', unparsableProgram(scratch), input],
      code: 2,
      says: [/unparsable\.ts:\d+/],
    }));

  it('a program that is not there', () =>
    refused({ args: ['run', './no-such.ts', input], code: 2, says: [/no-such\.ts/] }));

  it('a program with no default export', () =>
    refused({
      args: ['run', program('bad/no-default.ts'), input],
      code: 2,
      says: [/no-default\.ts: the program has no default export/, /defineJob/],
    }));

  it('a program that throws when it is loaded', () =>
    refused({
      args: ['run', program('bad/throws-at-load.ts'), input],
      code: 2,
      says: [/no such luck/, /throws-at-load\.ts:3/],
    }));

  it('a program that throws: its own error, its own line, the record', () =>
    refused({
      args: ['run', program('bad/throws.ts'), input],
      code: 1,
      says: [/RangeError: the poisoned line/, /throws\.ts:5/, /input\.txt/, /byte 8\b/],
    }));

  it(
    'a program that never returns',
    () =>
      refused({
        args: ['run', program('bad/never-returns.ts'), input, '--task-timeout', '1s'],
        code: 4,
        says: [/task-timeout/, /1s|1 s/],
      }),
    60_000,
  );

  it(
    'a program that allocates without end',
    () =>
      refused({
        args: ['run', program('bad/allocates.ts'), input, '--memory', '32Mi'],
        code: 1,
        says: [/memory/],
      }),
    120_000,
  );

  // Elsewhere nobody looks, and it would take all there is.
  (process.platform === 'linux' ? it : it.skip)(
    'a program that allocates buffers without end',
    () =>
      refused({
        args: ['run', program('bad/hoards-buffers.ts'), input, '--memory', '32Mi'],
        code: 1,
        says: [/where memory is short/, /MiB of resident memory, and may have 2816/],
      }),
    120_000,
  );

  it('a program that calls process.exit', () =>
    refused({
      args: ['run', program('bad/exits.ts'), input],
      code: 1,
      says: [/exit/],
    }));

  it('an asynchronous map', () =>
    refused({
      args: ['run', program('bad/asynchronous.ts'), input],
      code: 2,
      says: [/map/, /Async/, /synchronous/],
    }));

  it('a value that cannot be encoded', () =>
    refused({
      args: ['run', program('bad/emits-a-map.ts'), input],
      code: 1,
      says: [/Map/, /inner/],
    }));

  it('input that is missing', () =>
    refused({
      args: ['run', 'wordcount', join(scratch, 'nowhere.txt')],
      code: 2,
      says: [/nowhere\.txt/],
    }));

  it('input that is a pipe, of which nobody writes the other end', () => {
    const pipe = join(scratch, 'pipe');
    execFileSync('mkfifo', [pipe]);
    return refused({
      args: ['run', 'wordcount', input, pipe],
      code: 2,
      says: [/pipe: not a regular file/],
    });
  });

  it('input that may not be read', async () => {
    const closed = join(scratch, 'closed.txt');
    writeFileSync(closed, 'some words\n', { mode: 0o000 });
    const open = directory('of-everybody');
    chmodSync(scratch, 0o755);
    chmodSync(open, 0o777);
    // Root reads everything.
    const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    const { code, stderr } = await mapreduce(
      ['run', 'wordcount', closed, '-o', join(open, 'out')],
      {
        env: { TMPDIR: open, HOME: open },
        prefix: process.getuid?.() === 0 ? nobody : [],
      },
    );
    expect(stderr).toMatch(/closed\.txt: this user may not read it/);
    expect(stderr.match(/^(?:error:|failed )/gm)).toHaveLength(1);
    expect(code).toBe(2);
    expect(existsSync(join(open, 'out'))).toBe(false);
  });

  it('a glob that matches nothing', () =>
    refused({
      args: ['run', 'wordcount', join(scratch, '*.nothing')],
      code: 2,
      says: [/\*\.nothing/],
    }));

  it('input that is not the declared format', async () => {
    const records = join(scratch, 'records.ndjson');
    writeFileSync(records, '{"n":1}\n{"n":2}\n{"n":\n');
    await refused({
      args: ['run', program('bad/reads-records.ts'), records],
      code: 2,
      says: [/records\.ndjson/, /byte 16\b/, /JSON/],
    });
  });

  it('input that changes while it is read', async () => {
    const changing = join(scratch, 'changing.txt');
    writeFileSync(changing, 'line\n'.repeat(20_000));
    const output = join(scratch, 'changed');
    const run = start(
      [
        ...['run', program('slow-word-count.ts'), changing, '-o', output, '--json'],
        ...['--split-size', '10Ki', '--workers', '1'],
      ],
      { env: { E2E_MAP_MS: '100' } },
    );
    const events = jobStatusEvents(run);
    await until('a map has completed', 20_000, () =>
      (events.last()?.maps.completed ?? 0) > 0 ? true : undefined,
    );
    writeFileSync(changing, 'other\n'.repeat(20_000));
    const { code, stdout, stderr } = await run.result;
    expect(code).toBe(2);
    expect(stderr.match(/^(?:error:|failed )/gm)).toHaveLength(1);
    expect(stdout).toMatch(/changing\.txt.*changed|changed.*changing\.txt/s);
    expect(existsSync(output)).toBe(false);
  }, 60_000);

  it('an output directory that is not empty', async () => {
    const output = join(scratch, 'occupied');
    mkdirSync(output);
    writeFileSync(join(output, 'mine'), 'keep');
    const result = await mapreduce(['run', 'wordcount', input, '-o', output]);
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(/occupied.*not empty|not empty.*occupied/s);
    expect(result.stderr).toMatch(/--overwrite/);
    expect(readdirSync(output)).toEqual(['mine']);
  });

  it('an output that would delete what the job reads, or what no job wrote', async () => {
    const work = directory('work');
    writeFileSync(join(work, 'book.txt'), 'a book');
    mkdirSync(join(work, 'done'));
    writeFileSync(join(work, 'done/_SUCCESS'), '');
    writeFileSync(join(work, 'done/word-count.ts'), 'a program');
    const attempts: [args: string[], says: RegExp][] = [
      [['wordcount', 'book.txt', '-o', ''], /expected the name of a directory/],
      [['wordcount', '.', '-o', '.'], /output \.: is the input \./],
      [['wordcount', 'book.txt', '-o', '.'], /output \.: holds the input book\.txt/],
      [['done/word-count.ts', 'book.txt', '-o', 'done'], /done: holds the program/],
      [['wordcount', input, '-o', '.'], /not the output of a job/],
    ];
    for (const [args, says] of attempts) {
      const result = await mapreduce(['run', ...args, '--overwrite'], { cwd: work });
      expect(result.stderr).toMatch(says);
      expect(result.code).toBe(2);
    }
    expect(readdirSync(work, { recursive: true }).sort()).toEqual(
      ['book.txt', 'done', 'done/_SUCCESS', 'done/word-count.ts'].sort(),
    );
  });

  it('an output directory below a file', () =>
    mapreduce(['run', 'wordcount', input, '-o', join(input, 'below')]).then(({ code, stderr }) => {
      expect(code).toBe(2);
      expect(stderr).toMatch(/input\.txt/);
    }));

  it.each(['0', '1000000', 'ten', '-1', '1.5'])('reducers %s', (reducers) =>
    refused({
      args: ['run', 'wordcount', input, `--reducers=${reducers}`],
      code: 2,
      says: [/--reducers/, /1 to 100,?000/],
    }),
  );

  it('an unknown flag', () =>
    refused({
      args: ['run', 'wordcount', input, '--reduces', '3'],
      code: 2,
      says: [/--reduces\b/, /--reducers/],
    }));

  it("a command's flag, where the number of reducers was meant", () =>
    refused({
      args: ['run', 'wordcount', input, '--reducer', '3'],
      code: 2,
      says: [/--reducer\b/, /--reducers N/],
    }));

  it('an unknown command', async () => {
    const { code, stderr } = await mapreduce(['rum']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/rum/);
    expect(stderr).toMatch(/run/);
  });

  it('a built-in that does not exist', () =>
    refused({
      args: ['run', 'wordcoutn', input],
      code: 2,
      says: [/wordcoutn/, /wordcount/],
    }));

  it('a port that is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const directory = join(scratch, 'taken');
    mkdirSync(directory);
    writeFileSync(join(directory, 'control'), 'c'.repeat(64));
    writeFileSync(join(directory, 'worker'), 'd'.repeat(64));
    const config = join(directory, 'coordinator.json');
    writeFileSync(
      config,
      JSON.stringify({
        job: {
          id: 'taken',
          program: { kind: 'builtin', name: 'wordcount' },
          reducers: 1,
          splitSize: 2 ** 20,
          memory: 2 ** 26,
          taskTimeoutMs: 10_000,
          format: 'binary',
          compression: 'none',
          fsync: true,
          backupTasks: true,
        },
        inputs: [{ kind: 'path', path: input, shared: true }],
        output: { kind: 'file', directory: join(directory, 'out'), overwrite: false },
        listen: { host: '127.0.0.1', port },
        tokens: { control: join(directory, 'control'), worker: join(directory, 'worker') },
        stateDirectory: join(directory, 'state'),
        generation: 1,
        lingerMs: 0,
      }),
    );
    const { code, stderr } = await mapreduce(['coordinator', '--config', config]);
    server.close();
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`${port}`));
    expect(stderr).toMatch(/in use|taken/);
  });

  it('a full disk', async () => {
    const mount = directory('small-disk');
    const large = join(scratch, 'large.txt');
    writeFileSync(
      large,
      Array.from({ length: 200_000 }, (_, index) => `key number ${index}\n`).join(''),
    );
    const { code, stderr } = await mapreduce(
      ['run', program('identity-lines.ts'), large, '-o', join(mount, 'out')],
      { prefix: mounted(`mount -t tmpfs -o size=256k tmpfs ${mount}`, `find ${mount} -type f`) },
    );
    expect(stderr).toMatch(/no space|disk is full|ENOSPC/i);
    expect(stderr).not.toMatch(/left behind/);
    expect(code).toBe(1);
  }, 60_000);

  it('a full disk for temporary files', async () => {
    const mount = directory('small-tmp');
    const { code, stderr } = await mapreduce(
      ['run', program('identity-lines.ts'), input, '-o', join(scratch, 'out-small-tmp')],
      { prefix: mounted(`mount -t tmpfs -o size=64k tmpfs ${mount}`), env: { TMPDIR: mount } },
    );
    expect(stderr).toMatch(/^error: worker \d does not stay up .*small-tmp.*ENOSPC/);
    expect(code).toBe(1);
  }, 60_000);

  it('an output directory where none can be made', async () => {
    const { code, stderr } = await mapreduce(['run', 'wordcount', input, '-o', '/proc/none/out']);
    expect(stderr).toMatch(/\/proc\/none/);
    expect(code).toBe(2);
  });

  it('an output directory that is not writable', async () => {
    const closed = directory('closed');
    const { code, stderr } = await mapreduce(
      ['run', 'wordcount', input, '-o', join(closed, 'out')],
      { prefix: mounted(`mount --bind ${closed} ${closed} && mount -o remount,ro,bind ${closed}`) },
    );
    expect(stderr).toMatch(/closed/);
    expect(code).toBe(2);
  });
});

describe('Ctrl-C', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    '%s ends every process within 2 s and leaves no half output',
    async (signal) => {
      const input = join(scratch, 'interrupted.txt');
      writeFileSync(input, 'some words of a line\n'.repeat(50_000));
      const output = join(scratch, `interrupted-${signal}`);
      const run = start(
        [
          ...['run', program('slow-word-count.ts'), input, '-o', output, '--json'],
          ...['--split-size', '50Ki'],
        ],
        { env: { E2E_MAP_MS: '50' } },
      );
      const events = jobStatusEvents(run);
      await until('maps have completed', 20_000, () =>
        (events.last()?.maps.completed ?? 0) > 1 ? true : undefined,
      );
      const family = descendants(run.pid).map(({ pid }) => pid);
      expect(family.length).toBeGreaterThan(2);
      const struck = performance.now();
      process.kill(run.pid, signal);
      const { code } = await run.result;
      expect(code).toBe(3);
      await until('every process has ended', 2_000, () =>
        family.some(isAlive) ? undefined : true,
      );
      expect(performance.now() - struck).toBeLessThan(2_000);
      expect(existsSync(output)).toBe(false);
    },
    60_000,
  );

  it('twice ends every process at once, and leaves nothing either', async () => {
    const input = join(scratch, 'interrupted-twice.txt');
    writeFileSync(input, 'some words of a line\n'.repeat(50_000));
    const [output, temporary] = [join(scratch, 'twice'), directory('twice-tmp')];
    const run = start(
      [
        ...['run', program('slow-word-count.ts'), input, '-o', output, '--json'],
        ...['--split-size', '50Ki'],
      ],
      { env: { E2E_MAP_MS: '50', TMPDIR: temporary } },
    );
    const events = jobStatusEvents(run);
    await until('maps have completed', 20_000, () =>
      (events.last()?.maps.completed ?? 0) > 1 ? true : undefined,
    );
    const family = descendants(run.pid).map(({ pid }) => pid);
    // A coordinator that does not answer: to wait for it would take the whole of the grace.
    for (const { pid } of processesOf(run.pid, 'coordinator')) process.kill(pid, 'SIGSTOP');
    process.kill(run.pid, 'SIGINT');
    process.kill(run.pid, 'SIGTERM');
    const { code, stderr } = await run.result;
    expect(code).toBe(3);
    // Which of two that wait is heard first is for the system to say.
    expect(stderr).toMatch(/^error: cancelled by SIG(?:INT|TERM)\n$/);
    await until('every process has ended', 2_000, () => (family.some(isAlive) ? undefined : true));
    expect(existsSync(output)).toBe(false);
    expect(readdirSync(temporary)).toEqual([]);
  }, 60_000);
});
