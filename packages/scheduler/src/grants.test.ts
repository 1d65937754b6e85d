import { describe, expect, test } from '@jest/globals';
import { plannedJob, type Harness, type Lease } from './testing/harness.ts';

function ask(job: Harness, { worker, attempt }: Lease): unknown {
  const [command] = job.send({ kind: 'grantRequested', worker, attempt });
  return command?.kind === 'grant' ? command.grant : command;
}

/** A partition with an attempt on `a` and its backup on `b`. */
function twoAttempts(): { job: Harness; first: Lease; backup: Lease } {
  const job = plannedJob({ workers: ['a', 'b'], maps: 0, reducers: 2, backupTasks: true });
  job.complete(job.take('b'));
  const first = job.take('a');
  job.ask('b');
  job.passAlive(8_000);
  const backup = job.leases.at(-1);
  if (backup?.backup !== true) throw new Error('a backup expected');
  return { job, first, backup };
}

describe('grants', () => {
  test('one attempt of a partition is granted the commit, and again when it asks again', () => {
    const { job, first, backup } = twoAttempts();
    expect(ask(job, first)).toBe('granted');
    expect(ask(job, backup)).toBe('wait');
    expect(ask(job, first)).toBe('granted');
  });

  test('a grant passes on when the lease of its holder ends', () => {
    const { job, first, backup } = twoAttempts();
    expect(ask(job, first)).toBe('granted');
    job.send({ kind: 'workerLeft', worker: 'a' });
    expect(ask(job, backup)).toBe('granted');
    expect(ask(job, first)).toBe('refused');
  });

  test('after the commit everybody is refused', () => {
    const { job, first, backup } = twoAttempts();
    job.complete(backup);
    expect(ask(job, first)).toBe('refused');
    expect(ask(job, backup)).toBe('refused');
  });

  test('a map attempt and a foreign worker are refused', () => {
    const job = plannedJob({ maps: 1 });
    const map = job.take('a');
    expect(ask(job, map)).toBe('refused');
    job.complete(map);
    const reduce = job.take('a');
    expect(ask(job, { ...reduce, worker: 'b' })).toBe('refused');
  });
});
