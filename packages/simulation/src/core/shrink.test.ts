import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { shrink } from './shrink.ts';

const including = (needed: readonly number[]) => (items: readonly number[]) =>
  Promise.resolve(needed.every((item) => items.includes(item)));

test('finds exactly what a failure needs, whatever lies around it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.nat(50), { maxLength: 20 }),
      fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
      async (items, isNeeded) => {
        const needed = items.filter((_, index) => isNeeded[index]);
        expect(await shrink(items, including(needed))).toEqual(needed);
      },
    ),
  );
});

test('a failure that needs nothing shrinks to nothing', async () => {
  expect(await shrink([1, 2, 3], () => Promise.resolve(true))).toEqual([]);
});
