import { describe, expect, test } from '@jest/globals';
import { Harness, kinds, onlyLeases, plannedJob } from './testing/harness.ts';
import { attemptTotals, holdsLease, taskCounts } from './views.ts';

describe('leasing', () => {
  test('the first worker is leased the description, and nobody gets it twice', () => {
    const job = new Harness();
    job.join('a', 2);
    job.join('b');
    expect(job.ask('a', 2)).toEqual([
      {
        kind: 'lease',
        worker: 'a',
        attempt: '1-1-5f3a9c21-describe-0-0',
        task: { kind: 'describe', index: 0 },
        backup: false,
      },
    ]);
    expect(job.ask('b')).toEqual([]);
  });

  test('a worker that waits is leased a task the moment there is one', () => {
    const job = new Harness();
    job.join('a');
    const describeLease = job.take('a');
    job.complete(describeLease);
    job.ask('a');
    const commands = job.send({ kind: 'planned', maps: 3, samples: 0, backupTasks: false });
    expect(kinds(commands)).toEqual(['phaseChanged', 'lease']);
  });

  test('maps are leased in the order of the splits, and samples before them', () => {
    const job = plannedJob({ maps: 3, samples: 2, slots: 3 });
    const samples = job.ask('a', 3);
    expect(samples.map(({ task }) => `${task.kind} ${task.index}`)).toEqual([
      'sample 0',
      'sample 1',
    ]);
    job.ask('b', 3);
    const [sample0, sample1] = samples;
    if (sample0 === undefined || sample1 === undefined) throw new Error('two samples expected');
    expect(job.complete(sample0)).toEqual([]);
    const commands = job.complete(sample1);
    expect(commands[0]).toEqual({ kind: 'phaseChanged', phase: 'map' });
    expect(onlyLeases(commands).map(({ task }) => task.index)).toEqual([0, 1, 2]);
  });

  test('few tasks spread over the workers that wait', () => {
    const job = new Harness();
    for (const worker of ['a', 'b']) job.join(worker, 2);
    const lease = job.take('a');
    job.ask('a', 2);
    job.ask('b', 2);
    job.complete(lease);
    const leases = onlyLeases(
      job.send({ kind: 'planned', maps: 2, samples: 0, backupTasks: false }),
    );
    expect(leases.map(({ worker }) => worker).sort()).toEqual(['a', 'b']);
  });

  test('an offer is used up by the first answer, so no lease goes where nobody listens', () => {
    const job = plannedJob({ workers: ['a', 'b'], slots: 2, maps: 1, reducers: 2 });
    const [map] = job.ask('a', 2);
    if (map === undefined) throw new Error('a map expected');
    expect(onlyLeases(job.complete(map))).toEqual([]);
    expect(job.ask('a', 2)).toHaveLength(2);
  });

  test('an offer that was withdrawn is leased nothing', () => {
    const job = plannedJob({ workers: ['a', 'b'], maps: 1 });
    const map = job.take('a');
    job.ask('b');
    job.send({ kind: 'slotsWithdrawn', worker: 'b' });
    expect(kinds(job.complete(map))).toEqual(['mapAvailable', 'phaseChanged']);
  });

  test('a worker is never leased more than its slots, whatever it asks for', () => {
    const job = plannedJob({ slots: 2, maps: 5 });
    expect(job.ask('a', 5)).toHaveLength(2);
    expect(job.ask('a', 5)).toHaveLength(0);
  });

  test('a phase change that suits thousands of workers leases in bounded steps', () => {
    const workers = Array.from({ length: 1_500 }, (_, index) => `w${index}`);
    const job = plannedJob({ workers, maps: 1, reducers: 1_500 });
    const map = job.take('w0');
    for (const worker of workers) job.ask(worker);
    const first = onlyLeases(job.complete(map)).length;
    expect(first).toBeLessThan(1_000);
    expect(onlyLeases(job.pass(0))).toHaveLength(1_500 - first);
  });
});

describe('completion', () => {
  test('a map that completes is available from its worker, and reduces follow the last one', () => {
    const job = plannedJob({ maps: 2 });
    const [first, second] = [job.take('a'), job.take('b')];
    const { attempt } = first;
    expect(job.complete(first)).toEqual([{ kind: 'mapAvailable', map: 0, attempt, holder: 'a' }]);
    expect(job.ask('a')).toEqual([]);
    expect(kinds(job.complete(second))).toEqual(['mapAvailable', 'phaseChanged', 'lease']);
  });

  test.each([
    ['a repeat', 'a', '1-1-5f3a9c21-map-0-0'],
    ['one from a worker that does not hold the lease', 'b', '1-1-5f3a9c21-map-1-0'],
    ['one of an attempt that was never leased', 'a', '1-1-5f3a9c21-map-1-7'],
    ['one of another epoch', 'a', '1-0-5f3a9c21-map-1-0'],
  ])('%s changes nothing', (_, worker, attempt) => {
    const job = plannedJob({ maps: 2 });
    job.complete(job.take('a'));
    job.take('a');
    expect(holdsLease(job.state, worker, attempt)).toBe(false);
    expect(job.send({ kind: 'mapCompleted', worker, attempt })).toEqual([]);
    expect(job.letters('map')).toBe('cp');
  });

  test('a phantom that completes after its lease ended changes nothing, though its task is undone', () => {
    const job = plannedJob({ maps: 1 });
    const phantom = job.take('a');
    job.pass(10_000);
    expect(job.letters('map')).toBe('i');
    expect(job.complete(phantom)).toEqual([]);
    job.join('a');
    expect(job.complete(phantom)).toEqual([]);
    expect(job.letters('map')).toBe('i');
  });

  test('a commit record counts whichever attempt it names, once', () => {
    const job = plannedJob({ maps: 0, reducers: 2 });
    const [live, other] = [job.take('a'), job.take('b')];
    const attempt = '1-0-00000000-reduce-0-3';
    expect(job.send({ kind: 'reduceCommitted', partition: 0, attempt })).toEqual([
      { kind: 'cancelAttempt', worker: 'a', attempt: live.attempt },
    ]);
    expect(job.complete(live)).toEqual([]);
    expect(kinds(job.complete(other))).toEqual(['phaseChanged', 'allReduced']);
    expect(job.letters('reduce')).toBe('cc');
    expect(attemptTotals(job.state)).toEqual({
      ...{ started: 3, failed: 0, lost: 0, backup: 0, fetchFailures: 0 },
      ...{ moved: 0, rerunAhead: 0 },
    });
  });

  test('a commit record of a partition that the job does not have changes nothing', () => {
    const job = plannedJob({ maps: 0, reducers: 1 });
    const attempt = '1-1-5f3a9c21-reduce-1-0';
    expect(job.send({ kind: 'reduceCommitted', partition: 1, attempt })).toEqual([]);
    expect(taskCounts(job.state, 'reduce')).toMatchObject({ idle: 1, completed: 0 });
  });

  test('a job without any map goes straight to its reduces', () => {
    const job = plannedJob({ maps: 0 });
    expect(job.take('a').task).toEqual({ kind: 'reduce', index: 0 });
  });
});

describe('the end', () => {
  test('after a cancellation nothing is leased, and heartbeats hear that all is cancelled', () => {
    const job = plannedJob({ maps: 3 });
    const { attempt } = job.take('a');
    job.ask('b');
    expect(job.send({ kind: 'cancelled', reason: 'asked to' })).toEqual([
      { kind: 'jobCancelled', reason: 'asked to' },
    ]);
    expect(job.send({ kind: 'cancelled', reason: 'again' })).toEqual([]);
    expect(job.ask('b')).toEqual([]);
    expect(job.beat('a')).toEqual([{ kind: 'cancelAttempt', worker: 'a', attempt }]);
  });
});
