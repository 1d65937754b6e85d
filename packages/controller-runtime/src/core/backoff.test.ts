import { expect, test } from '@jest/globals';
import { SeededRandom } from '@mapreduce/service/virtual';
import { backoffMs } from './backoff.ts';

test('a delay doubles up to its limit, and lies in the upper half', () => {
  const random = new SeededRandom(7);
  const settings = { baseMs: 10, maxMs: 300 };
  for (const [failures, whole] of [
    [1, 10],
    [2, 20],
    [5, 160],
    [6, 300],
    [2_000, 300],
  ] as const) {
    const delays = Array.from({ length: 200 }, () => backoffMs(settings, failures, random));
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(whole / 2);
    expect(Math.max(...delays)).toBeLessThan(whole);
    // They are spread, or those who failed together would come back together.
    expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(whole / 4);
  }
});
