import { describe, expect, test } from '@jest/globals';
import { nextTick } from '../scheduler.ts';
import { Harness, kinds, plannedJob } from '../testing/harness.ts';
import { attemptTotals, workerState, workerViews } from '../views.ts';

describe('a silent worker', () => {
  test('is lost after its timeout, and its attempts and the maps it holds go back to idle', () => {
    const job = plannedJob({ workers: ['a', 'b'], maps: 3 });
    const made = job.take('a');
    job.complete(made);
    job.take('a');
    for (let second = 0; second < 9; second++) {
      expect(job.pass(1_000)).toEqual([]);
      job.beat('b');
    }
    expect(job.pass(1_000)).toEqual([
      { kind: 'workerLost', worker: 'a' },
      { kind: 'mapLost', map: 0, attempt: made.attempt },
    ]);
    expect(job.letters('map')).toBe('iii');
    expect(workerState(job.state, 'a')).toBe('lost');
    expect(job.take('b').task.index).toBe(0);
    expect(attemptTotals(job.state).lost).toBe(1);
  });

  test('is lost by the tick that is due for it, however its clock is rounded', () => {
    for (let sample = 1; sample <= 1_000; sample++) {
      const job = new Harness();
      job.at = sample * 7.1234567;
      job.join('a');
      let ticks = 0;
      while (workerState(job.state, 'a') === 'alive' && ++ticks < 50) {
        job.at = nextTick(job.state);
        job.send({ kind: 'tick' });
      }
      expect(ticks).toBeLessThan(12);
    }
  });

  test('that comes back with the same incarnation starts afresh and holds nothing', () => {
    const job = plannedJob({ workers: ['a'], maps: 2 });
    job.complete(job.take('a'));
    const old = job.take('a');
    job.pass(10_000);
    job.join('a');
    expect(workerViews(job.state)).toEqual([
      { incarnation: 'a', slots: 1, busy: 0, state: 'alive', tasksCompleted: 0 },
    ]);
    const progress = { records: 1, bytes: 1, totalBytes: 2, fetchedBytes: 0 };
    const { attempt } = old;
    expect(job.send({ kind: 'heartbeat', worker: 'a', attempts: [{ attempt, progress }] })).toEqual(
      [{ kind: 'cancelAttempt', worker: 'a', attempt }],
    );
    expect(job.take('a').attempt).toBe('1-1-5f3a9c21-map-0-1');
  });

  test('with very many maps gives them up in bounded steps', () => {
    const job = plannedJob({ workers: ['a', 'b'], slots: 1_000, maps: 2_600 });
    while (job.state.tasks.map.completed < 2_600) {
      for (const lease of job.ask('a', 1_000)) job.complete(lease);
    }
    const first = job.send({ kind: 'workerLeft', worker: 'a' });
    expect(first.length).toBeLessThanOrEqual(1_000);
    expect(first.length + job.pass(0).length).toBe(2_600);
    expect(job.state.tasks.map.idle).toBe(2_600);
  });

  test('takes completed reduces nowhere', () => {
    const job = plannedJob({ workers: ['a', 'b'], maps: 1, reducers: 2 });
    job.complete(job.take('a'));
    job.complete(job.take('a'));
    job.send({ kind: 'workerLeft', worker: 'a' });
    expect(job.letters('reduce')).toBe('ci');
    expect(job.letters('map')).toBe('i');
  });
});

describe('a worker whose machine is gone', () => {
  test('is lost at once, and its tasks are not to blame', () => {
    const job = plannedJob({ workers: ['a', 'b'], maps: 2 });
    const made = job.take('a');
    job.complete(made);
    job.take('a');
    expect(job.send({ kind: 'workerGone', worker: 'a' })).toEqual([
      { kind: 'workerLost', worker: 'a' },
      { kind: 'mapLost', map: 0, attempt: made.attempt },
    ]);
    expect(workerState(job.state, 'a')).toBe('lost');
    expect(job.letters('map')).toBe('ii');
    expect(attemptTotals(job.state)).toMatchObject({ lost: 1, failed: 0 });
    expect(job.state.tasks.map.troubleOf(1)).toMatchObject({ vanished: 0 });
    expect(job.send({ kind: 'workerGone', worker: 'a' })).toEqual([]);
  });
});

describe('a heartbeat', () => {
  test('renews the leases it names, however long a task takes', () => {
    const job = plannedJob({ maps: 1 });
    job.take('a');
    expect(job.passAlive(60_000)).toEqual([]);
    expect(job.letters('map')).toBe('p');
  });

  test('that leaves an attempt out for the second time gives it up', () => {
    const job = plannedJob({ maps: 1 });
    const { attempt } = job.take('a');
    const deaf = { kind: 'heartbeat', worker: 'a', attempts: [] } as const;
    job.pass(500);
    expect(job.send(deaf)).toEqual([]);
    job.pass(1_000);
    expect(job.send(deaf)).toEqual([
      { kind: 'cancelAttempt', worker: 'a', attempt, lost: 'unnamed' },
    ]);
    expect(job.letters('map')).toBe('i');
  });

  test('does not give up what was leased a moment ago, though extra ones come quickly', () => {
    const job = plannedJob({ maps: 1 });
    job.take('a');
    for (let extra = 0; extra < 5; extra++) {
      job.pass(10);
      expect(job.send({ kind: 'heartbeat', worker: 'a', attempts: [] })).toEqual([]);
    }
  });

  test('that still names what has just completed cancels nothing', () => {
    const job = plannedJob({ maps: 2 });
    const done = job.take('a');
    job.complete(done);
    const progress = { records: 1, bytes: 1, totalBytes: 1, fetchedBytes: 0 };
    const attempts = [{ attempt: done.attempt, progress }];
    expect(job.send({ kind: 'heartbeat', worker: 'a', attempts })).toEqual([]);
  });

  test('of a worker that is not alive does nothing', () => {
    const job = plannedJob({ maps: 1 });
    expect(job.send({ kind: 'heartbeat', worker: 'stranger', attempts: [] })).toEqual([]);
  });
});

describe('a worker that vanishes under a task', () => {
  test('counts to a limit of its own, and the sixteenth fails the job', () => {
    const job = plannedJob({ workers: ['a'], maps: 1 });
    for (let life = 1; life <= 16; life++) {
      const worker = `life-${life}`;
      job.join(worker);
      job.take(worker);
      const commands = job.passAlive(0).concat(job.pass(11_000));
      expect(kinds(commands)).toContain('workerLost');
      expect(kinds(commands).includes('jobFailed')).toBe(life === 16);
    }
    expect(job.state.outcome).toBe('failed');
  });

  test('uses up no attempt of the program', () => {
    const job = plannedJob({ workers: ['a'], maps: 1 });
    for (let life = 1; life <= 5; life++) {
      job.join(`life-${life}`);
      job.take(`life-${life}`);
      job.pass(11_000);
    }
    job.join('last');
    expect(kinds(job.fail(job.take('last'), 'program'))).not.toContain('jobFailed');
  });

  test('does not count when it said good-bye', () => {
    const job = plannedJob({ workers: ['a'], maps: 1 });
    for (let life = 1; life <= 40; life++) {
      job.join(`life-${life}`);
      job.take(`life-${life}`);
      job.send({ kind: 'workerLeft', worker: `life-${life}` });
    }
    expect(job.state.outcome).toBe('running');
  });
});
