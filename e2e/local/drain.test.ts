import { beforeAll, describe, expect, it } from '@jest/globals';
import type { JobStatus } from '@mapreduce/protocol';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { books } from './support/books.ts';
import { start, succeed, type CommandOptions, type RunningCommand } from './support/command.ts';
import { temporaryDirectory } from './support/directory.ts';
import { jobStatusEvents } from './support/events.ts';
import { outputDigest } from './support/output.ts';
import { isAlive, processesOf, until } from './support/processes.ts';
import { program } from './support/programs.ts';

/** A disk that has less to spare than a receiver must keep free. */
const tinyDisk = [
  ...['unshare', ...(process.getuid?.() === 0 ? [] : ['--map-root-user']), '--mount', 'sh', '-c'],
  ...['mount -t tmpfs -o size=60m none "$TMPDIR" && exec "$@"', 'sh'],
];

describe('a worker that is told to leave', () => {
  const scratch = temporaryDirectory();
  let inputs: string[] = [];
  let expected = '';
  /** Calls of map and of reduce, when nobody leaves. */
  let calls = { m: 0, r: 0 };

  const args = (output: string) => [
    ...['run', program('counted-word-count.ts'), ...inputs, '-o', output, '--json'],
    ...['--workers', '3', '--reducers', '4', '--split-size', '128Ki'],
  ];

  /** How often the program was called in a run. */
  function callsOf(name: string): typeof calls {
    const log = readFileSync(join(scratch, `${name}.calls`), 'latin1');
    return { m: log.split('m').length - 1, r: log.split('r').length - 1 };
  }

  beforeAll(async () => {
    inputs = books(join(scratch, 'books'));
    const env = { E2E_CALLS: join(scratch, 'calm.calls') };
    await succeed(args(join(scratch, 'calm')), { env });
    expected = outputDigest(join(scratch, 'calm'));
    calls = callsOf('calm');
  });

  function begin(name: string, { env, ...options }: CommandOptions = {}): RunningCommand {
    const slow = { E2E_MAP_MS: '60', E2E_REDUCE_MS: '150' };
    const own = { E2E_CALLS: join(scratch, `${name}.calls`) };
    return start(args(join(scratch, name)), { ...options, env: { ...slow, ...own, ...env } });
  }

  /** The run has come so far: the first worker gets SIGTERM, and goes before the run ends. */
  async function drain(
    run: RunningCommand,
    reached: (status: JobStatus) => boolean,
  ): Promise<JobStatus> {
    const { last } = jobStatusEvents(run);
    await until('the moment', 40_000, () => {
      const status = last();
      return status !== undefined && reached(status) ? true : undefined;
    });
    const [worker] = processesOf(run.pid, 'worker');
    if (worker === undefined) throw new Error('the run has no worker');
    process.kill(worker.pid, 'SIGTERM');
    await until('the worker is gone', 40_000, () => (isAlive(worker.pid) ? undefined : true));
    // Who leaves with any code but 0 is replaced, which a note would say.
    const { code, stderr, stdout } = await run.result;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain('"note"');
    const status = last();
    if (status === undefined) throw new Error('no status');
    expect(status.workers.filter(({ state }) => state === 'left')).toHaveLength(1);
    return status;
  }

  async function check(name: string): Promise<void> {
    expect(outputDigest(join(scratch, name))).toBe(expected);
    await succeed(['verify', join(scratch, name)]);
  }

  it('in the map phase: no map runs again', async () => {
    const status = await drain(begin('in-map'), ({ maps }) => maps.completed >= 9);
    await check('in-map');
    expect(status.attempts.moved).toBeGreaterThan(0);
    expect(status.attempts).toMatchObject({ lost: 0, rerunAhead: 0, failed: 0 });
    expect(callsOf('in-map')).toEqual(calls);
  });

  it('in the reduce phase: no map and no reduce runs again', async () => {
    const status = await drain(begin('in-reduce'), ({ phase }) => phase === 'reduce');
    await check('in-reduce');
    expect(status.attempts.moved).toBeGreaterThan(0);
    expect(status.attempts).toMatchObject({ lost: 0, rerunAhead: 0, failed: 0 });
    expect(callsOf('in-reduce')).toEqual(calls);
  });

  it('while nobody has room: its maps run again before it goes', async () => {
    const TMPDIR = join(scratch, 'tiny');
    mkdirSync(TMPDIR);
    const run = begin('tiny-disks', { env: { TMPDIR }, prefix: tinyDisk });
    const status = await drain(run, ({ maps }) => maps.completed >= 9);
    await check('tiny-disks');
    expect(status.attempts).toMatchObject({ moved: 0, lost: 0, failed: 0 });
    expect(status.attempts.rerunAhead).toBeGreaterThan(0);
    const { started, rerunAhead } = status.attempts;
    expect(started).toBe(1 + status.maps.total + rerunAhead + status.reduces.total);
  });

  it('when the job is cancelled meanwhile: nothing is needed of it', async () => {
    const run = begin('cancelled', { env: { E2E_MAP_MS: '2000' } });
    const { last } = jobStatusEvents(run);
    await until('two maps', 40_000, () => ((last()?.maps.completed ?? 0) >= 2 ? true : undefined));
    const [worker] = processesOf(run.pid, 'worker');
    if (worker === undefined) throw new Error('the run has no worker');
    process.kill(worker.pid, 'SIGTERM');
    await until('it drains', 10_000, () =>
      last()?.workers.some(({ state }) => state === 'draining') === true ? true : undefined,
    );
    run.child.kill('SIGINT');
    expect((await run.result).code).toBe(3);
    expect(isAlive(worker.pid)).toBe(false);
  });
});
