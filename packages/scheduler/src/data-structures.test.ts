import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DurationHistogram } from './duration-histogram.ts';
import { HeldMaps } from './held-maps.ts';
import { IndexHeap } from './index-heap.ts';
import { LinkedList, listNode } from './linked-list.ts';
import { SparseArray } from './sparse-array.ts';

describe('IndexHeap', () => {
  test('gives each index once, the least first, however pushes and pops mix', () => {
    const operation = fc.option(fc.nat({ max: 30 }), { nil: undefined });
    fc.assert(
      fc.property(fc.array(operation, { size: 'large' }), (operations) => {
        const heap = new IndexHeap(31);
        const model = new Set<number>();
        for (const index of operations) {
          if (index === undefined) {
            const least = model.size === 0 ? undefined : Math.min(...model);
            expect(heap.pop()).toBe(least);
            if (least !== undefined) model.delete(least);
          } else {
            heap.push(index);
            model.add(index);
          }
        }
      }),
    );
  });
});

describe('LinkedList', () => {
  test('keeps the order of a Set in which moving is deleting and adding', () => {
    const operation = fc.record({ index: fc.nat({ max: 6 }), remove: fc.boolean() });
    fc.assert(
      fc.property(fc.array(operation), (operations) => {
        const nodes = Array.from({ length: 7 }, (_, index) => listNode(index));
        const list = new LinkedList<number>();
        const model = new Set<number>();
        for (const { index, remove } of operations) {
          const node = nodes[index];
          if (node === undefined) continue;
          model.delete(index);
          if (!remove) model.add(index);
          if (remove) list.remove(node);
          else list.moveToEnd(node);
          expect([...list]).toEqual([...model]);
        }
      }),
    );
  });
});

describe('SparseArray', () => {
  test('is a Map of indices', () => {
    const operation = fc.record({ index: fc.nat({ max: 5 }), remove: fc.boolean() });
    fc.assert(
      fc.property(fc.array(operation), (operations) => {
        const array = new SparseArray<number>(6);
        const model = new Map<number, number>();
        for (const [value, { index, remove }] of operations.entries()) {
          for (const one of [array, model]) {
            if (remove) one.delete(index);
            else one.set(index, value);
          }
          for (let each = 0; each < 6; each++) expect(array.get(each)).toBe(model.get(each));
        }
      }),
    );
  });
});

describe('HeldMaps', () => {
  test('knows the holder of every map through additions and removals', () => {
    const operation = fc.record({ map: fc.nat({ max: 9 }), worker: fc.nat({ max: 2 }) });
    fc.assert(
      fc.property(fc.array(operation), (operations) => {
        const held = new HeldMaps(10);
        const model = new Map<number, number>();
        for (const { map, worker } of operations) {
          const holder = model.get(map);
          if (holder !== undefined) {
            held.remove(holder, map);
            model.delete(map);
          } else {
            held.add(worker, map);
            model.set(map, worker);
          }
          expect(new Map([...held.all()].sort())).toEqual(new Map([...model].sort()));
        }
      }),
    );
  });
});

describe('DurationHistogram', () => {
  test('gives a median to within a bucket', () => {
    const histogram = new DurationHistogram();
    expect(histogram.median()).toBeUndefined();
    for (const ms of [0, 900, 1_000, 1_100, 50_000]) histogram.add(ms);
    expect(histogram.median()).toBeGreaterThanOrEqual(1_000);
    expect(histogram.median()).toBeLessThanOrEqual(1_091);
  });
});
