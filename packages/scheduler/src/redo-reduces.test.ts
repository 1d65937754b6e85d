import { expect, test } from '@jest/globals';
import { liveAttempt } from './leases.ts';
import { kinds, plannedJob, type Harness, type Lease } from './testing/harness.ts';
import { inconsistencies } from './testing/recount.ts';
import { attemptTotals, taskStates } from './views.ts';

/** Three parts: the first is committed, the others in progress. */
function reducing(): { job: Harness; leases: Lease[] } {
  const job = plannedJob({ maps: 1, reducers: 3, slots: 3 });
  job.complete(job.take('a'));
  const leases = job.ask('a', 3);
  job.complete(leases[0] as Lease);
  expect(taskStates(job.state, 'reduce')).toBe('cpp');
  return { job, leases };
}

test.each([
  ['of the partitions named', [0, 2], 'cpi', 1],
  ['of none that is committed', [0], 'cpp', 0],
  ['of all partitions', 'all', 'cii', 2],
] as const)('reduces %s begin anew, uncounted', (_of, partitions, states, redone) => {
  const { job, leases } = reducing();
  const before = attemptTotals(job.state);
  const commands = job.send({ kind: 'reducesRedone', partitions });
  expect(inconsistencies(job.state)).toEqual([]);
  expect(taskStates(job.state, 'reduce')).toBe(states);
  expect(kinds(commands)).toEqual(Array(redone).fill('cancelAttempt'));
  expect(attemptTotals(job.state)).toEqual({ ...before, lost: redone });
  for (const lease of leases.slice(1)) {
    const isCancelled = commands.some((one) => 'attempt' in one && one.attempt === lease.attempt);
    const holds = liveAttempt(job.state, lease.attempt) !== undefined;
    expect(holds).toBe(!isCancelled);
  }
});

test('a reduce that was cancelled, and committed all the same, is done', () => {
  const { job, leases } = reducing();
  job.send({ kind: 'reducesRedone', partitions: 'all' });
  job.complete(leases[1] as Lease);
  expect(taskStates(job.state, 'reduce')).toBe('cci');
  expect(inconsistencies(job.state)).toEqual([]);
});
