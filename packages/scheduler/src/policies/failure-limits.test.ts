import { describe, expect, test } from '@jest/globals';
import type { FailureKind } from '@mapreduce/protocol';
import { Harness, kinds, plannedJob, type Lease } from '../testing/harness.ts';
import { attemptTotals } from '../views.ts';

/** Fails map 0 wherever it is leased, asking in turn, until the job fails; the workers it was on. */
function failUntilTheEnd(job: Harness, kind: FailureKind, workers: readonly string[]): string[] {
  const ran: string[] = [];
  for (let turn = 0; turn < 100; turn++) {
    for (const worker of workers) {
      job.ask(worker);
      // Also those that a worker waited for while time passed.
      for (const lease of job.leases.slice(ran.length)) {
        ran.push(lease.worker);
        job.fail(lease, kind);
      }
    }
    job.passAlive(4_000);
  }
  return ran;
}

describe('failures that count', () => {
  test.each<FailureKind>(['program', 'exit', 'memory', 'timeout', 'output', 'disk'])(
    'four of kind %s fail the job, on two workers where there are two',
    (kind) => {
      const job = plannedJob({ workers: ['a', 'b'], maps: 1 });
      const ran = failUntilTheEnd(job, kind, ['a', 'b']);
      expect(ran).toHaveLength(4);
      expect(new Set(ran).size).toBe(2);
      expect(attemptTotals(job.state).failed).toBe(4);
    },
  );

  test('a single worker may fail the job alone', () => {
    const job = plannedJob({ workers: ['a'], maps: 1 });
    expect(failUntilTheEnd(job, 'program', ['a'])).toEqual(['a', 'a', 'a', 'a']);
  });

  test('the last of four waits for the other worker, though that one has lost the output before', () => {
    const job = plannedJob({ workers: ['a', 'b'], slots: 2, maps: 1 });
    const map = job.take('b');
    job.complete(map);
    job.unfetchable(job.take('a'), map, 'corrupt');
    job.leases.length = 0;
    for (let turn = 0; turn < 20; turn++) {
      for (const lease of job.ask('a')) job.fail(lease, 'program');
      job.passAlive(1_000);
    }
    expect(job.leases.map(({ worker }) => worker)).toEqual(['a', 'a', 'a']);
    expect(kinds(job.fail(job.take('b'), 'program'))).toContain('jobFailed');
  });

  test('the job fails with the error that used up the last attempt', () => {
    const job = plannedJob({ workers: ['a'], maps: 1 });
    for (let failure = 0; failure < 3; failure++) job.fail(job.take('a'), 'exit');
    expect(job.fail(job.take('a'), 'program')).toEqual([
      {
        kind: 'jobFailed',
        task: { kind: 'map', index: 0 },
        error: { kind: 'program', message: 'program failed' },
        limit: 'attempts',
      },
    ]);
  });

  test('what a worker gave up itself never counts', () => {
    const job = plannedJob({ workers: ['a'], maps: 1 });
    for (let turn = 0; turn < 20; turn++) job.fail(job.take('a'), 'released');
    expect(job.state.outcome).toBe('running');
    expect(attemptTotals(job.state).failed).toBe(0);
  });

  test('of an attempt that holds no lease change nothing', () => {
    const job = plannedJob({ workers: ['a'], maps: 1 });
    const lease = job.take('a');
    job.complete(lease);
    expect(job.fail(lease, 'program')).toEqual([]);
    expect(attemptTotals(job.state).failed).toBe(0);
  });
});

describe('failures that are final', () => {
  test.each<FailureKind>(['program', 'exit', 'memory', 'timeout'])(
    'a program that cannot be described fails the job at once (%s)',
    (kind) => {
      const job = new Harness();
      job.join('a');
      job.join('b');
      expect(job.fail(job.take('a'), kind)).toMatchObject([
        { kind: 'jobFailed', limit: 'immediate' },
      ]);
    },
  );

  test('a full disk under the description is not the fault of the program', () => {
    const job = new Harness();
    job.join('a');
    job.join('b');
    job.fail(job.take('a'), 'disk');
    expect(job.take('b').task.kind).toBe('describe');
  });

  test('a process that is killed as it loads the program need not be the fault of that', () => {
    const job = new Harness();
    job.join('a');
    job.join('b');
    const killed = { signal: 'SIGKILL' };
    for (const worker of ['a', 'b', 'a']) job.fail(job.take(worker), 'memory', killed);
    expect(job.fail(job.take('b'), 'memory', killed)).toMatchObject([
      { kind: 'jobFailed', limit: 'attempts' },
    ]);
  });

  test('a malformed record fails the job at once', () => {
    const job = plannedJob({ maps: 1 });
    const commands = job.fail(job.take('a'), 'input', { offset: 17 });
    expect(commands).toMatchObject([{ kind: 'jobFailed', limit: 'immediate' }]);
  });

  test('an input that cannot be read is looked at once more, from another worker', () => {
    const job = plannedJob({ workers: ['a', 'b'], maps: 1 });
    expect(job.fail(job.take('a'), 'input')).toEqual([]);
    expect(job.ask('a')).toEqual([]);
    const commands = job.fail(job.take('b'), 'input');
    expect(commands).toMatchObject([{ kind: 'jobFailed', limit: 'immediate' }]);
  });
});

describe('where a task that failed runs next', () => {
  test('another worker is preferred, and the one it failed on gets other tasks meanwhile', () => {
    const job = plannedJob({ workers: ['a', 'b'], maps: 2 });
    job.fail(job.take('a'), 'exit');
    expect(job.take('a').task.index).toBe(1);
    expect(job.take('b').task.index).toBe(0);
  });

  test('after ten seconds in which the others were busy it may go back', () => {
    const job = plannedJob({ workers: ['a', 'b'], maps: 2 });
    const failed = job.take('a');
    job.take('b');
    job.fail(failed, 'exit');
    expect(job.ask('a')).toEqual([]);
    expect(kinds(job.passAlive(9_000))).toEqual([]);
    expect(kinds(job.passAlive(2_000))).toEqual(['lease']);
  });

  test('but not for its last attempt while all were on that worker', () => {
    const job = plannedJob({ workers: ['a', 'b'], maps: 2 });
    let lease: Lease | undefined = job.take('a');
    job.take('b');
    for (let failure = 0; failure < 3; failure++) {
      if (lease === undefined) throw new Error('leased again expected');
      job.fail(lease, 'exit');
      job.ask('a');
      job.passAlive(11_000);
      lease = job.leases.findLast(({ task }) => task.index === 0);
    }
    job.passAlive(60_000);
    expect(job.leases.filter(({ task }) => task.index === 0)).toHaveLength(3);
    job.send({ kind: 'workerLeft', worker: 'b' });
    expect(job.letters('map')).toContain('p');
  });

  test('a worker whose disk is full is passed over for a while, unless it is alone', () => {
    const job = plannedJob({ workers: ['a', 'b'], maps: 4 });
    job.fail(job.take('a'), 'disk');
    expect(job.ask('a')).toEqual([]);
    job.take('b');
    expect(kinds(job.passAlive(29_000))).toEqual([]);
    expect(kinds(job.passAlive(3_000))).toEqual(['lease']);
    const alone = plannedJob({ workers: ['a'], maps: 4 });
    alone.fail(alone.take('a'), 'disk');
    expect(alone.ask('a')).toHaveLength(1);
  });

  test('when a fit worker joins, the unfit one waits again', () => {
    const job = plannedJob({ workers: ['a'], maps: 4 });
    job.fail(job.take('a'), 'disk');
    job.join('b');
    expect(job.ask('a')).toEqual([]);
    expect(kinds(job.send({ kind: 'workerLeft', worker: 'b' }))).toEqual(['lease']);
  });
});

describe('a full disk', () => {
  test('fails no job within moments of the only worker that has come yet', () => {
    const job = plannedJob({ workers: ['a'], maps: 1 });
    job.fail(job.take('a'), 'disk');
    expect(job.ask('a')).toEqual([]);
    job.join('b');
    expect(job.take('b').task.index).toBe(0);
  });

  test('fails the job of a worker that stays alone', () => {
    const job = plannedJob({ workers: ['a'], maps: 1 });
    let commands = job.fail(job.take('a'), 'disk');
    for (let failure = 1; failure < 4; failure++) {
      job.ask('a');
      job.passAlive(3_000);
      const lease = job.leases.at(-1);
      if (lease === undefined) throw new Error('leased again expected');
      commands = job.fail(lease, 'disk');
    }
    expect(commands).toMatchObject([{ kind: 'jobFailed', limit: 'attempts' }]);
  });
});
