import { describe, expect, test } from '@jest/globals';
import { kinds, onlyLeases, plannedJob, type Harness, type Lease } from '../testing/harness.ts';
import { attemptTotals } from '../views.ts';
import { timeLeft } from './backup-tasks.ts';

/** `a` runs map 0 for longer than `b` took for all others; `b` waits. */
function straggling(backupTasks: boolean): { job: Harness; slow: Lease } {
  const job = plannedJob({ workers: ['a', 'b'], maps: 4, backupTasks });
  const slow = job.take('a');
  for (let map = 1; map < 4; map++) {
    const lease = job.take('b');
    job.passAlive(1_000);
    job.complete(lease);
  }
  job.ask('b');
  return { job, slow };
}

describe('a straggler near the end of a phase', () => {
  test('gets one backup on another worker once it has taken far longer than the others', () => {
    const { job, slow } = straggling(true);
    const leases = onlyLeases(job.passAlive(10_000));
    expect(leases).toMatchObject([{ worker: 'b', task: slow.task, backup: true }]);
    expect(attemptTotals(job.state)).toMatchObject({ backup: 1 });
  });

  test('gets none if the program has side effects', () => {
    const { job } = straggling(false);
    expect(job.passAlive(60_000)).toEqual([]);
  });

  test('gets none if it is about to end', () => {
    const { job, slow } = straggling(true);
    const progress = { [slow.attempt]: { bytes: 95, totalBytes: 100 } };
    job.beat('a', progress);
    expect(job.passAlive(8_000, progress)).toEqual([]);
  });

  test('loses to its backup if that completes first, and hears so', () => {
    const { job, slow } = straggling(true);
    const [backup] = onlyLeases(job.passAlive(10_000));
    if (backup === undefined) throw new Error('a backup expected');
    expect(kinds(job.complete(backup))).toEqual(['mapAvailable', 'cancelAttempt', 'phaseChanged']);
    expect(job.complete(slow)).toEqual([]);
  });

  test('wins if it completes first, and the backup hears so', () => {
    const { job, slow } = straggling(true);
    const [backup] = onlyLeases(job.passAlive(10_000));
    expect(job.complete(slow)).toContainEqual({
      kind: 'cancelAttempt',
      worker: 'b',
      attempt: backup?.attempt,
    });
  });

  test('lives on in its backup if its worker dies', () => {
    const { job } = straggling(true);
    job.passAlive(10_000);
    job.send({ kind: 'workerLeft', worker: 'a' });
    expect(job.letters('map')).toBe('pccc');
  });

  test('gets none while other tasks are idle, nor without anything to compare it with', () => {
    const job = plannedJob({ workers: ['a', 'b'], maps: 2, backupTasks: true });
    job.take('a');
    job.fail(job.take('b'), 'exit');
    job.ask('b');
    expect(job.passAlive(8_000)).toEqual([]);
  });
});

describe('backups', () => {
  test('take a tenth of the slots at most', () => {
    const workers = Array.from({ length: 40 }, (_, index) => `w${index}`);
    const job = plannedJob({ workers, maps: 40, backupTasks: true });
    const leases = workers.map((worker) => job.take(worker));
    job.passAlive(1_000);
    for (const lease of leases.slice(20)) job.complete(lease);
    for (const { worker } of leases.slice(20)) job.ask(worker);
    expect(onlyLeases(job.passAlive(60_000))).toHaveLength(4);
  });
});

describe('the time that an attempt has left', () => {
  test.each([
    ['as long again where nothing is known', undefined, 7_000],
    ['by its rate', { bytes: 25, totalBytes: 100 }, 21_000],
    ['nothing at its end', { bytes: 100, totalBytes: 100 }, 0],
    ['as long again where the total is unknown', { bytes: 25, totalBytes: 0 }, 7_000],
  ])('is estimated: %s', (_, seen, left) => {
    const progress = seen && { records: 1, fetchedBytes: 0, ...seen };
    expect(timeLeft({ progress }, 7_000)).toBe(left);
  });
});
