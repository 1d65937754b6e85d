import { describe, expect, test } from '@jest/globals';
import { nodeDigest } from '@mapreduce/service/node';
import { consumedWith, type ConsumedException } from '@mapreduce/storage';
import { aDigest } from '@mapreduce/testing';
import fc from 'fast-check';
import { RootBook, type Partitions } from './root-book.ts';
import { Substitutions, TooManyCombinationsError } from './substitutions.ts';

const [a, b, c, d] = [aDigest('a'), aDigest('b'), aDigest('c'), aDigest('d')];
const at = (...partitions: number[]) =>
  partitions.map((partition) => ({ partition, records: [1, 2] as [number, number] }));

describe('where outputs of a map differ', () => {
  const book = new RootBook();
  book.add(0, a, b, at(1));
  book.add(0, a, c, at(2));
  book.add(0, a, d, 'all');

  const sorted = (partitions: Partitions) =>
    partitions === 'all' ? partitions : Array.from(partitions).sort();

  test.each([
    [a, a, []],
    [a, b, [1]],
    [b, a, [1]],
    [b, c, [1, 2]],
    [d, d, []],
    [d, a, 'all'],
    [b, d, 'all'],
    [a, aDigest('e'), 'all'],
  ] as const)('%#: is known by way of the first', (one, other, expected) => {
    expect(sorted(book.between(0, one, other))).toEqual(expected);
  });

  test('from any other that counted, is all of them together', () => {
    const two = new RootBook();
    two.add(0, a, b, at(1));
    expect(sorted(two.around(0, a))).toEqual([1]);
    two.add(0, a, c, at(2));
    expect(sorted(two.around(0, a))).toEqual([1, 2]);
    expect(book.around(0, a)).toBe('all');
    expect(sorted(book.around(7, a))).toEqual([]);
  });
});

/** Four maps whose outputs of content `a` count; map 1 had `b`, map 2 had `c` and `d` before. */
function substitutions(): Substitutions {
  const book = new RootBook();
  book.add(1, b, a, at(5));
  book.add(2, c, d, at(6));
  book.add(2, c, a, at(7));
  return new Substitutions(nodeDigest, [a, a, a, a], book);
}

function consumed(...exceptions: ConsumedException[]): string {
  return consumedWith(nodeDigest, [a, a, a, a], exceptions);
}

describe('what a part has consumed', () => {
  const one = { map: 1, root: b };
  const two = { map: 2, root: c };
  const third = { map: 2, root: d };

  test.each([[[]], [[one]], [[two]], [[third]], [[one, two]], [[one, third]]])(
    '%j is found',
    (exceptions) => {
      expect(substitutions().exceptionsOf(0, consumed(...exceptions))).toEqual(exceptions);
    },
  );

  test.each([
    ['of a partition that differs', 5, [one]],
    ['of a partition that differs by one of two', 7, [one, two]],
    ['of a partition that differs from an output between', 6, [third]],
    ['of an output that nobody knows', 0, [{ map: 0, root: b }]],
  ])('%s is refused', (_what, partition, exceptions) => {
    expect(substitutions().exceptionsOf(partition, consumed(...exceptions))).toBeUndefined();
  });

  test('is not looked for among outputs that may differ anywhere', () => {
    const book = new RootBook();
    book.add(1, b, a, 'all');
    const found = new Substitutions(nodeDigest, [a, a], book);
    expect(found.exceptionsOf(0, consumedWith(nodeDigest, [a, a], [one]))).toBeUndefined();
  });

  test('is found whatever the order of questions, and refused beyond 4,096 combinations', () => {
    const maps = 12;
    const roots = Array<string>(maps).fill(a);
    const book = new RootBook();
    for (let map = 0; map < maps; map++) book.add(map, b, a, at(9));
    const many = new Substitutions(nodeDigest, roots, book);
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(maps - 1)), (changed) => {
        const exceptions = changed.sort((x, y) => x - y).map((map) => ({ map, root: b }));
        const digest = consumedWith(nodeDigest, roots, exceptions);
        expect(many.exceptionsOf(0, digest)).toEqual(exceptions);
      }),
      { numRuns: 50 },
    );
    book.add(0, b, c, at(9));
    const more = new Substitutions(nodeDigest, roots, book);
    expect(more.exceptionsOf(0, consumedWith(nodeDigest, roots, []))).toEqual([]);
    expect(() => more.exceptionsOf(0, aDigest('f'))).toThrow(TooManyCombinationsError);
  });
});
