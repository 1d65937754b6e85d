import { describe, expect, test } from '@jest/globals';
import { kinds, plannedJob } from '../testing/harness.ts';
import { attemptTotals } from '../views.ts';

describe('a lost map with a reducer in every slot', () => {
  test('gets the slot of a single-slot cluster', () => {
    const job = plannedJob({ workers: ['a'], maps: 1 });
    const map = job.take('a');
    job.complete(map);
    const reduce = job.take('a');
    expect(job.unfetchable(reduce, map, 'corrupt')).toEqual([
      { kind: 'mapLost', map: 0, attempt: map.attempt },
      { kind: 'cancelAttempt', worker: 'a', attempt: reduce.attempt },
    ]);
    const again = job.take('a');
    expect(again.task).toEqual({ kind: 'map', index: 0 });
    job.complete(again);
    expect(kinds(job.complete(job.take('a')))).toContain('allReduced');
    expect(attemptTotals(job.state)).toMatchObject({ failed: 0, lost: 0 });
  });

  test('takes it from the waiting reduce that has fetched least', () => {
    const job = plannedJob({ workers: ['a', 'b', 'c'], maps: 1, reducers: 4 });
    job.join('d');
    const map = job.take('d');
    job.complete(map);
    const reduces = [job.take('a'), job.take('b'), job.take('c')];
    for (const [index, { worker, attempt }] of reduces.entries()) {
      job.beat(worker, { [attempt]: { fetchedBytes: [30, 10, 20][index] ?? 0 } });
    }
    const commands = job.send({ kind: 'workerLeft', worker: 'd' });
    expect(commands).toEqual([
      { kind: 'mapLost', map: 0, attempt: map.attempt },
      { kind: 'cancelAttempt', worker: 'b', attempt: reduces[1]?.attempt },
    ]);
    expect(job.letters('reduce')).toBe('pipi');
  });

  test('leaves reduces that merge already alone, while they make progress', () => {
    const job = plannedJob({ workers: ['a'], maps: 1, reducers: 1 });
    job.join('gone');
    const map = job.take('gone');
    job.complete(map);
    const { attempt } = job.take('a');
    job.beat('a', { [attempt]: { records: 5, fetchedBytes: 10 } });
    expect(kinds(job.send({ kind: 'workerLeft', worker: 'gone' }))).toEqual(['mapLost']);
    for (let second = 0; second < 20; second++) {
      expect(job.pass(1_000)).toEqual([]);
      job.beat('a', { [attempt]: { records: 6 + second, fetchedBytes: 10 } });
    }
    expect(job.letters('reduce')).toBe('p');
  });

  test('leaves a reduce alone that was granted the commit, however long its part takes', () => {
    const job = plannedJob({ workers: ['a'], maps: 1, reducers: 1 });
    job.join('gone');
    job.complete(job.take('gone'));
    const { attempt } = job.take('a');
    job.send({ kind: 'grantRequested', worker: 'a', attempt });
    expect(kinds(job.send({ kind: 'workerLeft', worker: 'gone' }))).toEqual(['mapLost']);
    expect(kinds(job.passAlive(20_000))).toEqual([]);
    expect(job.letters('reduce')).toBe('p');
  });

  test('waits a moment for a slot that is free but not offered yet, then no longer', () => {
    const job = plannedJob({ workers: ['a', 'b'], maps: 1, reducers: 1 });
    job.join('gone');
    const map = job.take('gone');
    job.complete(map);
    job.take('a');
    expect(kinds(job.send({ kind: 'workerLeft', worker: 'gone' }))).toEqual(['mapLost']);
    expect(kinds(job.passAlive(2_000))).toEqual([]);
    expect(kinds(job.passAlive(2_000))).toEqual(['cancelAttempt']);
  });

  test('does not count a slot on a worker that may not run it, which takes the reduce instead', () => {
    const job = plannedJob({ workers: ['a', 'b'], maps: 1, reducers: 1 });
    const map = job.take('a');
    job.complete(map);
    const reduce = job.take('b');
    job.ask('a');
    const commands = job.unfetchable(reduce, map, 'corrupt');
    expect(kinds(commands)).toEqual(['mapLost', 'cancelAttempt', 'lease']);
    expect(commands[2]).toMatchObject({ worker: 'a', task: reduce.task });
    expect(job.take('b').task).toEqual(map.task);
  });
});
