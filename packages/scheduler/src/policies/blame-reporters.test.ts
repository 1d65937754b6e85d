import { expect, test } from '@jest/globals';
import { kinds, plannedJob, type Lease } from '../testing/harness.ts';
import { inconsistencies } from '../testing/recount.ts';

/** Map 0 is held by `a`; `b` reduces. */
function reducing(workers: string[]) {
  const job = plannedJob({ workers, maps: 1, reducers: 1 });
  const map = job.take('a');
  job.complete(map);
  return { job, map, onB: job.take('b') };
}

function blame(job: ReturnType<typeof reducing>['job'], reducer: Lease, map: Lease): string[] {
  for (let times = 0; times < 2; times++) job.unfetchable(reducer, map, 'unreachable');
  return kinds(job.unfetchable(reducer, map, 'unreachable'));
}

test('a map that one worker alone could not have runs again at neither end of that link', () => {
  const { job, map, onB } = reducing(['a', 'b', 'c']);
  expect(blame(job, onB, map)).toEqual(['mapLost']);
  expect(job.ask('a')).toEqual([]);
  job.fail(onB, 'program');
  expect(job.take('c').task.kind).toBe('map');
});

test('where there is no third worker it runs again at the reporter', () => {
  const { job, map, onB } = reducing(['a', 'b']);
  expect(blame(job, onB, map)).toEqual(['mapLost']);
  expect(job.ask('a').map(({ task }) => task.kind)).toEqual(['reduce']);
  expect(job.take('b').task.kind).toBe('map');
});

test('the reduce of a worker that cannot reach the next holder either moves, once', () => {
  const { job, map, onB } = reducing(['a', 'b', 'c']);
  blame(job, onB, map);
  const onC = job.take('c');
  job.complete(onC);
  expect(blame(job, onB, onC)).toEqual(['cancelAttempt']);
  expect(job.letters('map')).toBe('c');
  expect(job.ask('b')).toEqual([]);
  expect(inconsistencies(job.state)).toEqual([]);
  job.passAlive(11_000);
  const again = job.leases.at(-1) as Lease;
  expect(again).toMatchObject({ worker: 'b', task: { kind: 'reduce' } });
  expect(blame(job, again, onC)).toEqual([]);
  expect(kinds(job.passAlive(4_000))).toContain('mapLost');
});

test('workers that can reach no holder have the map run again once, then their reduces move', () => {
  const job = plannedJob({ workers: ['a', 'b', 'c', 'd'], maps: 1, reducers: 2 });
  const map = job.take('a');
  job.complete(map);
  const reduces = [job.take('b'), job.take('c')];
  const reports = (of: Lease) =>
    reduces.flatMap((on) => kinds(job.unfetchable(on, of, 'unreachable')));
  expect(reports(map)).toEqual(['mapLost']);
  const again = job.take('d');
  job.complete(again);
  expect(reports(again)).toEqual(['cancelAttempt', 'cancelAttempt']);
  expect(job.letters('map')).toBe('c');
  expect([job.ask('b'), job.ask('c')]).toEqual([[], []]);
  expect(job.ask('a').map(({ task }) => task.kind)).toEqual(['reduce']);
  expect(inconsistencies(job.state)).toEqual([]);
});
