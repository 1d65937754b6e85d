import { beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { books } from './support/books.ts';
import { start, succeed, type RunningCommand } from './support/command.ts';
import { temporaryDirectory } from './support/directory.ts';
import { jobStatusEvents } from './support/events.ts';
import { outputDigest } from './support/output.ts';
import { processesOf, until } from './support/processes.ts';
import { program } from './support/programs.ts';

/** The first worker of a run, whatever it does at the moment. */
function aWorker(run: RunningCommand): number {
  const [worker] = processesOf(run.pid, 'worker');
  if (worker === undefined) throw new Error('the run has no worker');
  return worker.pid;
}

describe('a worker that dies or freezes changes nothing', () => {
  const scratch = temporaryDirectory();
  let inputs: string[] = [];
  let expected = '';

  const args = (output: string) => [
    ...['run', program('slow-word-count.ts'), ...inputs, '-o', output, '--json'],
    ...['--workers', '3', '--reducers', '4', '--split-size', '128Ki'],
  ];

  beforeAll(async () => {
    inputs = books(join(scratch, 'books'));
    await succeed(args(join(scratch, 'calm')));
    expected = outputDigest(join(scratch, 'calm'));
  });

  /** Runs, strikes once `moment` has come, and expects the calm run's bytes. */
  async function strike(
    name: string,
    env: Readonly<Record<string, string>>,
    moment: (events: ReturnType<typeof jobStatusEvents>) => boolean,
    blow: (run: RunningCommand) => void | Promise<void>,
  ): Promise<void> {
    const output = join(scratch, name);
    const run = start(args(output), { env });
    const events = jobStatusEvents(run);
    await until(`the moment of ${name}`, 30_000, () => (moment(events) ? true : undefined));
    await blow(run);
    const result = await run.result;
    expect({ code: result.code, stderr: result.stderr }).toEqual({ code: 0, stderr: '' });
    expect(outputDigest(output)).toBe(expected);
    await succeed(['verify', output]);
  }

  it('killed in the map phase', () =>
    strike(
      'killed-in-map',
      { E2E_MAP_MS: '20' },
      ({ last }) => (last()?.maps.completed ?? 0) >= 3,
      (run) => {
        process.kill(aWorker(run), 'SIGKILL');
      },
    ));

  it('killed after its maps have completed', () =>
    strike(
      'killed-after-maps',
      { E2E_REDUCE_MS: '100' },
      ({ last }) => last()?.phase === 'reduce',
      (run) => {
        process.kill(aWorker(run), 'SIGKILL');
      },
    ));

  it('killed when a reduce has committed', () =>
    strike(
      'killed-in-reduce',
      { E2E_REDUCE_MS: '400' },
      ({ last }) => (last()?.reduces.completed ?? 0) >= 1,
      (run) => {
        process.kill(aWorker(run), 'SIGKILL');
      },
    ));

  it(
    'frozen for 15 s, and back as a phantom',
    () =>
      strike(
        'phantom',
        { E2E_MAP_MS: '150', E2E_REDUCE_MS: '600' },
        ({ last }) => (last()?.maps.completed ?? 0) >= 2,
        async (run) => {
          const frozen = aWorker(run);
          const family = [frozen, ...processesOf(frozen, 'executor').map(({ pid }) => pid)];
          for (const pid of family) process.kill(pid, 'SIGSTOP');
          await new Promise((resolve) => setTimeout(resolve, 15_000));
          for (const pid of family) process.kill(pid, 'SIGCONT');
        },
      ),
    90_000,
  );
});
