import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareBytes } from '../codec/compare.ts';
import type { RecordCursor } from '../records.ts';
import { LoserTree } from './loser-tree.ts';
import { type Records, RecordSorter } from './sort-records.ts';

const byte = fc.oneof(fc.constantFrom(0, 1, 0xff), fc.integer({ min: 0, max: 255 }));
const key = fc.array(byte, { maxLength: 12 }).map((bytes) => Uint8Array.from(bytes));

function compare(a: Uint8Array, b: Uint8Array): number {
  return compareBytes(a, 0, a.length, b, 0, b.length);
}

class KeyCursor implements RecordCursor {
  bytes = new Uint8Array(0);
  readonly start = 0;
  readonly keyStart = 0;
  readonly #keys: readonly Uint8Array<ArrayBuffer>[];
  #next = 0;

  constructor(keys: readonly Uint8Array<ArrayBuffer>[]) {
    this.#keys = keys;
  }

  get view(): DataView {
    return new DataView(this.bytes.buffer);
  }
  get end(): number {
    return this.bytes.length;
  }
  get keyEnd(): number {
    return this.bytes.length;
  }
  get valueStart(): number {
    return this.bytes.length;
  }
  get valueEnd(): number {
    return this.bytes.length;
  }

  next(): boolean {
    const key = this.#keys[this.#next];
    if (key === undefined) return false;
    this.bytes = key;
    this.#next += 1;
    return true;
  }
}

test('a loser tree gives all records in order, equal ones in the order of their runs', () => {
  const runs = fc.array(fc.array(key, { maxLength: 20 }), { maxLength: 9 });
  fc.assert(
    fc.property(runs, (drawn) => {
      const sorted = drawn.map((keys) => [...keys].sort(compare));
      const expected = sorted
        .flatMap((keys, run) => keys.map((bytes) => ({ bytes, run })))
        .sort((a, b) => compare(a.bytes, b.bytes) || a.run - b.run);
      const cursors: RecordCursor[] = sorted.map((keys) => new KeyCursor(keys));
      const tree = new LoserTree(cursors);
      const found: { bytes: Uint8Array; run: number }[] = [];
      for (let cursor = tree.current; cursor !== undefined; cursor = tree.current) {
        found.push({ bytes: cursor.bytes, run: cursors.indexOf(cursor) });
        tree.advance();
      }
      expect(found).toEqual(expected);
    }),
  );
});

function sort(keys: readonly Uint8Array[], partitions: readonly number[], count: number) {
  const keyLengths = Int32Array.from(keys, ({ length }) => length);
  const keyOffsets = new Int32Array(keys.length);
  for (let i = 1; i < keys.length; i += 1) {
    keyOffsets[i] = (keyOffsets[i - 1] as number) + (keyLengths[i - 1] as number);
  }
  const bytes = Uint8Array.from(keys.flatMap((bytes) => [...bytes]));
  const records: Records = {
    bytes,
    count: keys.length,
    // Numbers are their owner's, and no indexes.
    at: (i) => 3 * i + 1,
    keyOffset: (record) => keyOffsets[(record - 1) / 3] as number,
    keyLength: (record) => keyLengths[(record - 1) / 3] as number,
  };
  const { order, starts } = new RecordSorter().sort(records, Int32Array.from(partitions), count);
  return { order: order.map((record) => (record - 1) / 3), starts };
}

function checkSorted(keys: readonly Uint8Array[], partitions: readonly number[]): void {
  const { order, starts } = sort(keys, partitions, 3);
  const at = <T>(array: readonly T[], index: number): T => array[index] as T;
  const expected = keys
    .map((_, record) => record)
    .sort(
      (a, b) => at(partitions, a) - at(partitions, b) || compare(at(keys, a), at(keys, b)) || a - b,
    );
  expect([...order]).toEqual(expected);
  const below = (limit: number) => partitions.filter((partition) => partition < limit).length;
  expect([...starts]).toEqual([0, 1, 2, 3].map(below));
}

test('sorting is by partition, key and place, for few records and for many', () => {
  const record = fc.tuple(key, fc.integer({ min: 0, max: 2 }));
  const few = fc.array(record, { maxLength: 120, size: 'max' });
  fc.assert(
    fc.property(few, (records) => {
      const keys = records.map(([bytes]) => bytes);
      checkSorted(
        keys,
        records.map(([, partition]) => partition),
      );
    }),
  );
});

test.each([1, 3, 5])(
  'sorting many records of %i-letter alphabets meets the radix passes',
  (letters) => {
    let state = letters;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return (state >>> 16) % below;
    };
    const keys = Array.from({ length: 20_000 }, () =>
      Uint8Array.from({ length: random(14) }, () => random(letters) * 85),
    );
    checkSorted(
      keys,
      keys.map(() => random(3)),
    );
  },
);
