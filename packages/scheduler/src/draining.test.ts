import { describe, expect, test } from '@jest/globals';
import type { SchedulerCommand } from './events.ts';
import { kinds, onlyLeases, plannedJob, type Harness } from './testing/harness.ts';
import { inconsistencies } from './testing/recount.ts';
import {
  attemptTotals,
  drainingIncarnations,
  isStaying,
  mapsHeldBy,
  runningOn,
  workerViews,
} from './views.ts';

function checked(job: Harness, commands: SchedulerCommand[]): SchedulerCommand[] {
  expect(inconsistencies(job.state)).toEqual([]);
  return commands;
}

function drain(job: Harness, worker: string, graceMs = 90_000): SchedulerCommand[] {
  return checked(job, job.send({ kind: 'workerDraining', worker, graceMs }));
}

/** Two maps that `a` has finished, in the reduce phase. */
function mapped(): Harness {
  const job = plannedJob();
  for (let map = 0; map < 2; map++) job.complete(job.take('a'));
  return job;
}

describe('a worker that drains', () => {
  test('is leased nothing, not even what it waits for', () => {
    const job = plannedJob({ maps: 1, workers: ['a', 'b'] });
    job.complete(job.take('a'));
    const reduce = job.take('a');
    job.ask('b');
    drain(job, 'b');
    expect(checked(job, job.fail(reduce, 'released'))).toEqual([]);
    expect(job.ask('b')).toEqual([]);
    expect(job.take('a').task.kind).toBe('reduce');
  });

  test('finishes what it runs, and its slots go one by one', () => {
    const job = plannedJob({ slots: 2 });
    const [lease] = job.ask('a');
    if (lease === undefined) throw new Error('no lease');
    drain(job, 'a');
    expect(workerViews(job.state)[0]).toMatchObject({ state: 'draining', slots: 1, busy: 1 });
    job.join('a', 2);
    expect(kinds(checked(job, job.complete(lease)))).toEqual(['mapAvailable']);
    expect(job.state.aliveSlots).toBe(2);
    expect([runningOn(job.state, 'a'), isStaying(job.state, 'a')]).toEqual([0, false]);
  });

  test('gives back what would end long after it has gone', () => {
    const job = plannedJob({ slots: 2 });
    const [slow, quick] = job.ask('a', 2);
    if (slow === undefined || quick === undefined) throw new Error('no leases');
    job.passAlive(10_000, {
      [slow.attempt]: { bytes: 1, totalBytes: 100 },
      [quick.attempt]: { bytes: 80, totalBytes: 100 },
    });
    expect(drain(job, 'a')).toEqual([
      { kind: 'cancelAttempt', worker: 'a', attempt: slow.attempt, lost: 'worker-left' },
    ]);
    expect(job.letters('map')).toBe('ip');
    expect(attemptTotals(job.state)).toMatchObject({ lost: 1, failed: 0 });
  });

  test('is no reason to spare another the task that failed on it', () => {
    const job = plannedJob({ maps: 1 });
    drain(job, 'b');
    job.fail(job.take('a'), 'exit');
    expect(onlyLeases(job.send({ kind: 'slotsOffered', worker: 'a', slots: 1 }))).toHaveLength(1);
  });

  test('is relieved of an output, which is then counted and does not come back to it', () => {
    const job = mapped();
    drain(job, 'a');
    const outputs = [{ map: 0, attempt: job.leases[0]?.attempt ?? '' }];
    const moved = job.send({ kind: 'outputsHeld', worker: 'b', outputs });
    expect(checked(job, moved)).toMatchObject([{ kind: 'mapAvailable', map: 0, holder: 'b' }]);
    expect([...mapsHeldBy(job.state, 'a')]).toEqual([1]);
    expect(job.send({ kind: 'outputsHeld', worker: 'a', outputs })).toEqual([]);
    checked(job, job.send({ kind: 'workerLeft', worker: 'a' }));
    expect(job.letters('map')).toBe('ci');
    expect(attemptTotals(job.state)).toMatchObject({ moved: 1, rerunAhead: 0 });
  });
});

describe('a worker that stays after all', () => {
  test('has its slots again, and is leased tasks and given outputs', () => {
    const job = mapped();
    job.join('a', 2);
    drain(job, 'a');
    checked(job, job.send({ kind: 'workerStays', worker: 'a' }));
    expect(workerViews(job.state)[0]).toMatchObject({ state: 'alive', slots: 2 });
    expect([isStaying(job.state, 'a'), [...drainingIncarnations(job.state)]]).toEqual([true, []]);
    expect(job.take('a').task.kind).toBe('reduce');
  });

  test('completes a map again that has not run again yet', () => {
    const job = mapped();
    drain(job, 'a');
    job.send({ kind: 'rerunAhead', worker: 'a', maps: [0] });
    job.send({ kind: 'workerStays', worker: 'a' });
    const outputs = [{ map: 0, attempt: job.leases[0]?.attempt ?? '' }];
    const held = job.send({ kind: 'outputsHeld', worker: 'a', outputs });
    expect(checked(job, held)).toMatchObject([{ kind: 'mapAvailable', map: 0, holder: 'a' }]);
    expect(job.letters('map')).toBe('cc');
  });

  test('did so already if it was not to leave', () => {
    const job = plannedJob();
    expect(checked(job, job.send({ kind: 'workerStays', worker: 'a' }))).toEqual([]);
    expect(job.state.aliveSlots).toBe(2);
  });
});

describe('maps that run again ahead of time', () => {
  test('are leased before reduces, and only if the worker holds them', () => {
    const job = mapped();
    drain(job, 'a');
    const event = { kind: 'rerunAhead', worker: 'a', maps: [1, 1, 7] } as const;
    const [first] = job.leases.slice(1);
    expect(checked(job, job.send(event))).toEqual([
      { kind: 'mapRerunAhead', map: 1, attempt: first?.attempt, holder: 'a' },
    ]);
    const again = job.take('b');
    expect(again.task).toEqual({ kind: 'map', index: 1 });
    expect(kinds(checked(job, job.complete(again)))).toEqual(['mapAvailable']);
    expect(checked(job, job.send({ kind: 'rerunAhead', worker: 'a', maps: [1] }))).toEqual([]);
    expect(attemptTotals(job.state)).toMatchObject({ rerunAhead: 1 });
  });

  test('are completed after all by who has taken the output over meanwhile', () => {
    const job = mapped();
    drain(job, 'a');
    job.send({ kind: 'rerunAhead', worker: 'a', maps: [1] });
    const again = job.take('b');
    const outputs = [{ map: 1, attempt: job.leases[1]?.attempt ?? '' }];
    job.join('c');
    const held = job.send({ kind: 'outputsHeld', worker: 'c', outputs });
    expect(checked(job, held)).toEqual([
      { kind: 'mapAvailable', map: 1, attempt: outputs[0]?.attempt, holder: 'c' },
      { kind: 'cancelAttempt', worker: 'b', attempt: again.attempt },
    ]);
  });
});
