import { describe, expect, test } from '@jest/globals';
import { kinds, plannedJob } from '../testing/harness.ts';

describe('when the coordinator itself stood still', () => {
  test('leases are extended by the gap before any expires', () => {
    const job = plannedJob({ workers: ['a'], maps: 1 });
    job.take('a');
    job.pass(5_000);
    job.at += 60_000;
    expect(job.send({ kind: 'tick' })).toEqual([]);
    expect(job.pass(3_000)).toEqual([]);
    expect(kinds(job.pass(3_000))).toEqual(['workerLost']);
  });

  test('the first event after the pause notices it too, tick or not', () => {
    const job = plannedJob({ workers: ['a', 'b'], maps: 1 });
    job.take('a');
    job.pass(5_000);
    job.at += 60_000;
    expect(job.beat('b')).toEqual([]);
    expect(job.send({ kind: 'tick' })).toEqual([]);
    expect(job.letters('map')).toBe('p');
  });

  test('a tick that is merely a little late extends nothing', () => {
    const job = plannedJob({ workers: ['a'], maps: 1 });
    job.take('a');
    for (let tick = 0; tick < 3; tick++) {
      job.at += 2_900;
      expect(job.send({ kind: 'tick' })).toEqual([]);
    }
    job.at += 1_300;
    expect(kinds(job.send({ kind: 'tick' }))).toEqual(['workerLost']);
  });
});
