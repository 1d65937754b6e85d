import { describe, expect, test } from '@jest/globals';
import type { ListedInput } from '@mapreduce/storage';
import fc from 'fast-check';
import { InputPlan } from './plan.ts';
import { cutPoints } from './sampling.ts';

function input(size: number, cuttable = true): ListedInput {
  return { source: { kind: 'file', path: '/a' }, name: '/a', size, version: 'v', cuttable };
}
const lines = { kind: 'lines' } as const;

describe('an input plan', () => {
  test('covers every byte of every input once, in order, with splits of at most the split size', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40)), fc.integer({ min: 1, max: 15 }), (sizes, splitSize) => {
        const plan = new InputPlan(
          sizes.map((size) => input(size)),
          { splitSize },
          lines,
        );
        const splits = Array.from({ length: plan.maps }, (_, index) => plan.split(index));
        let next = 0;
        for (const size of sizes) {
          for (let position = 0; position < size;) {
            const split = splits[next];
            expect(split).toMatchObject({ index: next, start: position, size });
            position = split?.end ?? Infinity;
            expect(position).toBeLessThanOrEqual(size);
            expect(position - (split?.start ?? 0)).toBeLessThanOrEqual(splitSize);
            next += 1;
          }
        }
        expect(next).toBe(plan.maps);
        expect(plan.bytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
        expect(() => plan.split(plan.maps)).toThrow(RangeError);
      }),
    );
  });

  test('never cuts an input that can only be read whole, nor any for a reader of whole files', () => {
    const inputs = [input(10), input(10, false)];
    expect(new InputPlan(inputs, { splitSize: 4 }, lines).maps).toBe(4);
    expect(new InputPlan(inputs, { splitSize: 4 }, { kind: 'file' }).maps).toBe(2);
  });

  test('has a split for an empty input where a whole file is a record, and none else', () => {
    const inputs = [input(0), input(3), input(0)];
    expect(new InputPlan(inputs, { splitSize: 4 }, lines).maps).toBe(1);
    const plan = new InputPlan(inputs, { splitSize: 4 }, { kind: 'file' });
    const splits = Array.from({ length: plan.maps }, (_, index) => plan.split(index));
    expect(splits.map(({ start, end, size }) => [start, end, size])).toEqual([
      [0, 0, 0],
      [0, 3, 3],
      [0, 0, 0],
    ]);
  });

  test('refuses to cut without end', () => {
    expect(() => new InputPlan([input(2 ** 40)], { splitSize: 1 }, lines)).toThrow(
      'more than 1000000 splits: raise --split-size',
    );
  });

  test('samples splits that are spread evenly', () => {
    const plan = new InputPlan([input(100)], { splitSize: 1 }, lines);
    const { splits, records } = plan.samples(1_000);
    expect({ splits, records }).toEqual({ splits: 32, records: 32 });
    const sampled = Array.from({ length: splits }, (_, i) => plan.sampledSplit(i, splits).index);
    expect(new Set(sampled).size).toBe(32);
    expect(sampled.at(-1)).toBe(96);
  });
});

describe('cut points', () => {
  const keys = fc.array(
    fc.uint8Array({ maxLength: 3 }).map((key) => btoa(String.fromCharCode(...key))),
  );

  test('ascend, are sampled keys, and do not depend on who sampled which key', () => {
    fc.assert(
      fc.property(fc.array(keys), fc.integer({ min: 1, max: 9 }), (samples, partitions) => {
        const all = samples.flat();
        const points = cutPoints(samples, partitions);
        expect(points).toHaveLength(all.length === 0 ? 0 : partitions - 1);
        const bytes = points.map((point) => Buffer.from(point, 'base64'));
        expect(bytes.toSorted((a, b) => Buffer.compare(a, b))).toEqual(bytes);
        for (const point of points) expect(all).toContain(point);
        expect(cutPoints([all.toReversed()], partitions)).toEqual(points);
      }),
    );
  });

  test('cut distinct keys into runs of equal length', () => {
    const sample = Array.from({ length: 100 }, (_, i) => btoa(String.fromCharCode(i + 100)));
    expect(cutPoints([sample], 4)).toEqual(
      [125, 150, 175].map((i) => btoa(String.fromCharCode(i))),
    );
  });
});
