import { beforeAll, describe, expect, it } from '@jest/globals';
import type { JobStatus } from '@mapreduce/protocol';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { books } from './support/books.ts';
import { start, succeed, type CommandResult, type RunningCommand } from './support/command.ts';
import { temporaryDirectory } from './support/directory.ts';
import { jobStatusEvents } from './support/events.ts';
import { outputDigest } from './support/output.ts';
import { descendants, processesOf, until, type ProcessRole } from './support/processes.ts';
import { program } from './support/programs.ts';

/** Kills the first process of a role; returns which it was. */
function kill(run: RunningCommand, role: ProcessRole): number {
  const [found] = processesOf(run.pid, role);
  if (found === undefined) throw new Error(`the run has no ${role}`);
  process.kill(found.pid, 'SIGKILL');
  return found.pid;
}

/** Waits until another process of the role has taken the place of the one that was killed. */
function successor(run: RunningCommand, role: ProcessRole, killed: number): Promise<unknown> {
  return until(`another ${role}`, 10_000, () =>
    processesOf(run.pid, role).find(({ pid }) => pid > killed),
  );
}

interface Completed {
  readonly maps: number;
  readonly reduces: number;
}

interface Event {
  readonly event: string;
  readonly text?: string;
  readonly status?: JobStatus;
}

function eventsOf({ stdout }: CommandResult): Event[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
}

describe('who dies loses no finished work', () => {
  const scratch = temporaryDirectory();
  let inputs: string[] = [];
  let expected = '';
  /** Calls of map and of reduce, when nothing fails. */
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
    expect(calls.m).toBeGreaterThan(10_000);
  });

  /** Runs slowly while `blows` fall, and expects the calm run's bytes. */
  async function strike(
    name: string,
    blows: (
      run: RunningCommand,
      when: (moment: string, reached: (completed: Completed) => boolean) => Promise<unknown>,
    ) => Promise<void>,
  ): Promise<Event[]> {
    const output = join(scratch, name);
    const env = { E2E_CALLS: `${output}.calls`, E2E_MAP_MS: '60', E2E_REDUCE_MS: '150' };
    const run = start(args(output), { env });
    const events = jobStatusEvents(run);
    const when = (moment: string, reached: (completed: Completed) => boolean) =>
      until(moment, 30_000, () => {
        const { maps, reduces } = events.last() ?? {};
        const completed = { maps: maps?.completed ?? 0, reduces: reduces?.completed ?? 0 };
        return reached(completed) ? true : undefined;
      });
    await blows(run, when);
    const result = await run.result;
    expect({ code: result.code, stderr: result.stderr }).toEqual({ code: 0, stderr: '' });
    expect(outputDigest(output)).toBe(expected);
    await succeed(['verify', output]);
    return eventsOf(result);
  }

  const notes = (events: readonly Event[]) =>
    events.flatMap(({ event, text }) => (event === 'note' ? [text] : []));
  const restarted = 'the coordinator ended (SIGKILL); it starts again';

  it('the coordinator, in the map phase and again in the reduce phase', async () => {
    const events = await strike('in-both-phases', async (run, when) => {
      await when('half of the maps', ({ maps }) => maps >= 8);
      kill(run, 'coordinator');
      await when('the first part', ({ reduces }) => reduces >= 1);
      kill(run, 'coordinator');
    });
    expect(notes(events)).toEqual([restarted, restarted]);
    expect(callsOf('in-both-phases')).toEqual(calls);
  });

  it('the coordinator, twice in a row', async () => {
    const events = await strike('twice-in-a-row', async (run, when) => {
      await when('half of the maps', ({ maps }) => maps >= 8);
      await successor(run, 'coordinator', kill(run, 'coordinator'));
      await new Promise((resolve) => setTimeout(resolve, 300));
      kill(run, 'coordinator');
    });
    expect(notes(events)).toEqual([restarted, restarted]);
    expect(callsOf('twice-in-a-row')).toEqual(calls);
  });

  it('the coordinator, each time it starts: after the fifth the run gives up', async () => {
    const output = join(scratch, 'hopeless');
    const env = { E2E_CALLS: `${output}.calls`, E2E_MAP_MS: '60' };
    const run = start(args(output), { env });
    let last = 0;
    for (let lives = 0; lives < 5; lives += 1) {
      await successor(run, 'coordinator', last);
      last = kill(run, 'coordinator');
    }
    const { code } = await run.result;
    expect(code).toBe(5);
    expect(descendants(run.pid)).toEqual([]);
  });

  it('a worker, whose successor offers its disk', async () => {
    const events = await strike('worker', async (run, when) => {
      await when('half of the maps', ({ maps }) => maps >= 12);
      kill(run, 'worker');
    });
    const status = events.at(-1)?.status;
    if (status === undefined) throw new Error('no last status');
    const { attempts, maps, reduces } = status;
    // The description, each map, each reduce; again only what ran on the worker that died.
    expect(attempts.lost).toBeLessThanOrEqual(1);
    expect(attempts.started - attempts.lost).toBe(1 + maps.total + reduces.total);
  });

  it('a worker and the coordinator at once', async () => {
    await strike('both', async (run, when) => {
      await when('two thirds of the maps', ({ maps }) => maps >= 18);
      kill(run, 'worker');
      kill(run, 'coordinator');
    });
    // What ran may run again, three splits of about 27; the worker held twice as many.
    expect(callsOf('both').m).toBeLessThan(calls.m * 1.14);
    expect(callsOf('both').r).toBe(calls.r);
  });
});
