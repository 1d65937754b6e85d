import { describe, expect, test } from '@jest/globals';
import { longestStraggler } from './straggler.ts';
import { plannedJob } from './testing/harness.ts';

describe('the straggler that a status shows', () => {
  test('is the attempt that has run longest, once that is far longer than the others took', () => {
    const job = plannedJob({ workers: ['a', 'b', 'c'], maps: 5 });
    const slow = job.take('a');
    job.passAlive(1_000);
    job.take('c');
    for (let map = 0; map < 2; map++) {
      const lease = job.take('b');
      job.passAlive(1_000);
      job.complete(lease);
    }
    expect(longestStraggler(job.state)).toBeUndefined();
    job.passAlive(5_000, { [slow.attempt]: { bytes: 10, totalBytes: 1_000 } });
    expect(longestStraggler(job.state)).toEqual({
      ...{ attempt: slow.attempt, kind: 'map', index: slow.task.index, worker: 'a' },
      ...{ runningMs: 8_000, medianMs: expect.closeTo(1_000, -2) as unknown, totalBytes: 1_000 },
    });
    job.complete(slow);
    expect(longestStraggler(job.state)?.worker).toBe('c');
  });

  test('is none where nothing has completed that it could be compared with', () => {
    const job = plannedJob({ workers: ['a'], maps: 1 });
    job.take('a');
    job.passAlive(60_000);
    expect(longestStraggler(job.state)).toBeUndefined();
  });

  test('is none that has taken twice as long as the others at most', () => {
    const job = plannedJob({ workers: ['a', 'b'], maps: 2 });
    const first = job.take('a');
    job.passAlive(30_000);
    job.complete(first);
    job.take('b');
    job.passAlive(50_000);
    expect(longestStraggler(job.state)).toBeUndefined();
    job.passAlive(20_000);
    expect(longestStraggler(job.state)?.worker).toBe('b');
  });
});
