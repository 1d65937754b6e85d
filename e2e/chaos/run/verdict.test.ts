import { describe, expect, test } from '@jest/globals';
import { costOf, excesses, medianCost } from './verdict.ts';

/** A pair whose disturbed run takes so much longer than 10 s, with a restart of 1 s. */
function aPair(longer: number, redoneTasks = 0) {
  const calm = { seconds: 10, restartSeconds: 0, redoneTasks: 0, redoneRecords: 0 };
  return { calm, disturbed: { ...calm, seconds: 10 + longer, restartSeconds: 1, redoneTasks } };
}

describe('what a fault costs', () => {
  const bar = { seconds: 2, redoneTasks: 0 };

  test('is counted in seconds beside the restart, or in percent with it', () => {
    expect(costOf(bar, aPair(3))).toBe(2);
    expect(costOf({ percent: 5 }, aPair(3))).toBe(30);
  });

  test('is within the bar by its median', () => {
    const pairs = [aPair(9), aPair(3), aPair(0)];
    expect(medianCost(bar, pairs)).toBe(2);
    expect(excesses(bar, pairs)).toEqual([]);
  });

  test.each([
    ['median', [aPair(9), aPair(3.5), aPair(0)], ['MORE than the 2 allowed']],
    [
      'tasks that one run did twice',
      [aPair(0), aPair(0, 1), aPair(0)],
      ['1 whole tasks done twice, MORE than the 0 allowed'],
    ],
  ])('exceeds it by its %s', (_what, pairs, found) => {
    expect(excesses(bar, pairs)).toEqual(found);
  });
});
