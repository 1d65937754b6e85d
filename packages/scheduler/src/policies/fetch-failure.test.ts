import { describe, expect, test } from '@jest/globals';
import { kinds, plannedJob, type Harness, type Lease } from '../testing/harness.ts';
import { attemptTotals } from '../views.ts';

/** Map 0 is held by `a`; `b` and `c` reduce. */
function reducing(): { job: Harness; map: Lease; onB: Lease; onC: Lease } {
  const job = plannedJob({ workers: ['a', 'b', 'c'], maps: 1, reducers: 3 });
  const map = job.take('a');
  job.complete(map);
  return { job, map, onB: job.take('b'), onC: job.take('c') };
}

describe('a failed fetch', () => {
  test.each(['gone', 'corrupt'] as const)(
    'of output that is %s re-runs the map at once',
    (reason) => {
      const { job, map, onB } = reducing();
      const commands = job.unfetchable(onB, map, reason);
      expect(commands).toEqual([{ kind: 'mapLost', map: 0, attempt: map.attempt }]);
      expect(job.letters('reduce')).toBe('ppi');
      expect(attemptTotals(job.state)).toMatchObject({ failed: 0, lost: 0, fetchFailures: 1 });
    },
  );

  test('from an unreachable holder is believed when a second worker says so', () => {
    const { job, map, onB, onC } = reducing();
    expect(job.unfetchable(onB, map, 'unreachable')).toEqual([]);
    expect(job.unfetchable(onB, map, 'unreachable')).toEqual([]);
    expect(kinds(job.unfetchable(onC, map, 'unreachable'))).toEqual(['mapLost']);
  });

  test('from an unreachable holder is believed when it is reported for the third time', () => {
    const { job, map, onB } = reducing();
    job.unfetchable(onB, map, 'unreachable');
    job.unfetchable(onB, map, 'unreachable');
    expect(kinds(job.unfetchable(onB, map, 'unreachable'))).toEqual(['mapLost']);
  });

  test('reported once is believed after three seconds, so a reducer that waits is not stuck', () => {
    const { job, map, onB } = reducing();
    job.unfetchable(onB, map, 'unreachable');
    expect(job.passAlive(2_000)).toEqual([]);
    expect(kinds(job.passAlive(2_000))).toContain('mapLost');
  });

  test('reported by a reducer that has ended since is forgotten', () => {
    const { job, map, onB } = reducing();
    job.unfetchable(onB, map, 'unreachable');
    job.complete(onB);
    expect(job.passAlive(9_000)).toEqual([]);
    expect(job.letters('map')).toBe('c');
  });

  test('leaves every other map of the holder where it is', () => {
    const job = plannedJob({ workers: ['a', 'b'], maps: 2, reducers: 2 });
    const [map0, map1] = [job.take('a'), job.take('b')];
    job.complete(map0);
    job.complete(map1);
    job.unfetchable(job.take('b'), map0, 'gone');
    expect(job.letters('map')).toBe('ic');
  });

  test('of an output that has been replaced, even on the same holder, changes nothing', () => {
    const job = plannedJob({ workers: ['a'], slots: 2, maps: 1, reducers: 1 });
    const map = job.take('a');
    job.complete(map);
    const reduce = job.take('a');
    job.unfetchable(reduce, map, 'gone');
    expect(job.unfetchable(reduce, map, 'gone')).toEqual([]);
    const again = job.take('a');
    expect(again.task).toEqual(map.task);
    job.complete(again);
    expect(job.unfetchable(reduce, map, 'gone')).toEqual([]);
    expect(job.unfetchable(reduce, { ...again, worker: 'b' }, 'gone')).toEqual([]);
    expect(job.letters('map')).toBe('c');
    expect(attemptTotals(job.state).fetchFailures).toBe(1);
  });

  test('is not charged to the reduce that reports it, however many there are', () => {
    const job = plannedJob({ workers: ['a'], slots: 2, maps: 1, reducers: 1 });
    job.complete(job.take('a'));
    const reduce = job.take('a');
    for (let times = 0; times < 5; times++) {
      const map = job.leases.findLast(({ task }) => task.kind === 'map');
      if (map === undefined) throw new Error('no map was leased');
      job.unfetchable(reduce, map, 'gone');
      job.complete(job.take('a'));
    }
    expect(kinds(job.fail(reduce, 'program'))).not.toContain('jobFailed');
    expect(attemptTotals(job.state)).toMatchObject({ failed: 1, fetchFailures: 5 });
  });

  test('is heard only from an attempt that holds its lease', () => {
    const { job, map, onB } = reducing();
    expect(job.unfetchable({ ...onB, worker: 'c' }, map, 'gone')).toEqual([]);
    expect(job.letters('map')).toBe('c');
  });

  test('sends the map to another worker than its last holder', () => {
    const { job, map, onB, onC } = reducing();
    job.unfetchable(onB, map, 'corrupt');
    expect(job.take('a').task.kind).toBe('reduce');
    job.complete(onC);
    expect(job.take('c').task).toEqual({ kind: 'map', index: 0 });
  });
});
