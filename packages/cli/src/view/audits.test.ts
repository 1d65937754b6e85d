import { expect, test } from '@jest/globals';
import { createColors } from 'picocolors';
import { auditLines } from './audits.ts';
import { succeeded } from './fixtures.ts';

const style = { colors: createColors(false), columns: 80 };
const attempts = { map: 5, first: '1-1-0badcafe-map-5-0', other: '1-1-0badcafe-map-5-1' };
const differing = [1, 2, 3, 4].map((partition) => ({
  partition,
  records: [1, partition] as [number, number],
}));

test('nothing is said of a program that gave the same', () => {
  expect(auditLines(succeeded(), style)).toEqual([]);
});

test('maps are named with their attempts, and where these differ', () => {
  const first = [
    { ...attempts, counts: true, partitions: 4, differing },
    { ...attempts, counts: true, differing: [] },
    { ...attempts, counts: false, partitions: 1, differing: differing.slice(1, 2) },
  ];
  const audits = { total: 8, first };
  expect(auditLines({ ...succeeded(), audits }, style).join('\n')).toMatchInlineSnapshot(`
    "warning: 8 attempts at maps gave other records than before: the program is not deterministic
      map 5     1-1-0badcafe-map-5-1 after 1-1-0badcafe-map-5-0: 4 partitions (1: 1 record, but others, 2: 2 records instead of 1, 3: 3 records instead of 1, …)
      map 5     1-1-0badcafe-map-5-1 after 1-1-0badcafe-map-5-0: nobody can tell any more in which partitions
      map 5     1-1-0badcafe-map-5-1 after 1-1-0badcafe-map-5-0: 1 partition (2: 2 records instead of 1); it was late, and changed nothing
                and 5 more"
  `);
});
