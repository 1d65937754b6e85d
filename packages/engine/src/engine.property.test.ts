import { expect, test } from '@jest/globals';
import type { Key, KeyPart, Order, Value } from '@mapreduce/sdk';
import { runProgram } from '@mapreduce/testing';
import fc from 'fast-check';

/** Everything that must not change what a job computes, drawn at random. */
interface Setup {
  readonly lines: readonly (readonly [KeyPart, KeyPart, string])[];
  readonly files: number;
  readonly shape: 'plain' | 'tuple' | 'grouped';
  readonly order: readonly Order[];
  readonly program: 'concatenate' | 'first two' | 'identity';
  readonly combine: boolean;
  readonly splitSize: number;
  readonly memory: number;
  readonly reducers: number;
  readonly format: 'binary' | 'json';
  readonly partition: 'hash' | 'function';
}

const direction = fc.constantFrom<Order>('ascending', 'descending');
/** Few keys, so that they meet; one that is the beginning of another, and the odd ones. */
const part: fc.Arbitrary<KeyPart> = fc.oneof(
  fc.constantFrom<KeyPart>('', 'a', 'ab', 'a\0b', 'é', '😀', 'zzzzzzzzzzzz', '__proto__', '1'),
  fc.constantFrom<KeyPart>(0, -1, 1.5, 1e300, -Infinity, 300),
  // The length of an encoded key of 128 bytes and more takes two.
  fc.integer({ min: 125, max: 130 }).map((length) => 'k'.repeat(length)),
);
const setup: fc.Arbitrary<Setup> = fc.record({
  lines: fc.array(fc.tuple(part, part, fc.string({ maxLength: 3 })), {
    maxLength: 80,
    size: 'max',
  }),
  files: fc.integer({ min: 1, max: 3 }),
  shape: fc.constantFrom('plain', 'tuple', 'grouped'),
  order: fc.array(direction, { maxLength: 2 }),
  program: fc.constantFrom('concatenate', 'first two', 'identity'),
  combine: fc.boolean(),
  splitSize: fc.oneof(fc.integer({ min: 1, max: 2_000 }), fc.constant(10_000)),
  memory: fc.constantFrom(2_048, 4_096, 2 ** 26),
  reducers: fc.integer({ min: 1, max: 4 }),
  format: fc.constantFrom('binary', 'json'),
  partition: fc.constantFrom('hash', 'function'),
});

function keyOf({ shape }: Setup, first: KeyPart, second: KeyPart): Key {
  return shape === 'plain' ? first : [first, second];
}

/** A key as far as it is grouped by. */
function groupOf({ shape }: Setup, key: Key): Key {
  return shape === 'grouped' ? [(key as readonly KeyPart[])[0] ?? ''] : key;
}

function programOf(drawn: Setup): object {
  const { order, program, combine, shape, partition } = drawn;
  return {
    map(line: string, emit: (key: Key, value: Value) => void) {
      const [first, second, value] = JSON.parse(line) as [KeyPart, KeyPart, string];
      emit(keyOf(drawn, reviveNumber(first), reviveNumber(second)), value);
    },
    ...(combine && program === 'concatenate'
      ? { combine: (_key: Key, values: Iterable<string>) => [...values].join('') }
      : {}),
    ...(program === 'identity'
      ? {}
      : {
          reduce(key: Key, values: Iterable<string>, emit: (key: Key, value: Value) => void) {
            if (program === 'concatenate') {
              emit(key, [...values].join(''));
              return;
            }
            let taken = '';
            let count = 0;
            for (const value of values) {
              taken += `${value}|`;
              count += 1;
              if (count === 2) break;
            }
            emit(key, taken);
          },
        }),
    ...(partition === 'function'
      ? {
          partition: (key: Key, partitions: number) =>
            JSON.stringify(groupOf(drawn, key)).length % partitions,
        }
      : {}),
    order,
    ...(shape === 'grouped' ? { group: 1 } : {}),
    writer: { kind: 'ndjson' },
  };
}

/** JSON has no -Infinity. */
function reviveNumber(value: KeyPart | null): KeyPart {
  return value === null ? -Infinity : value;
}

function compareParts(a: KeyPart, b: KeyPart): number {
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'number' || typeof b === 'number') return typeof a === 'number' ? -1 : 1;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function compareKeys({ order }: Setup, a: Key, b: Key): number {
  const left = Array.isArray(a) ? (a as KeyPart[]) : [a as KeyPart];
  const right = Array.isArray(b) ? (b as KeyPart[]) : [b as KeyPart];
  for (const [index, element] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const found = compareParts(element, other);
    if (found !== 0) return order[index] === 'descending' ? -found : found;
  }
  return left.length - right.length;
}

/** What a sequential run emits: sorted by key, values of equal keys in input order. */
function oracle(drawn: Setup): string[] {
  const pairs = drawn.lines.map(
    ([first, second, value]) => [keyOf(drawn, first, second), value] as const,
  );
  // Array sort is stable.
  pairs.sort(([a], [b]) => compareKeys(drawn, a, b));
  const groups: { readonly key: Key; readonly values: string[] }[] = [];
  for (const [key, value] of pairs) {
    const last = groups.at(-1);
    const same =
      last !== undefined &&
      drawn.program !== 'identity' &&
      compareKeys(drawn, groupOf(drawn, last.key), groupOf(drawn, key)) === 0;
    if (same) last.values.push(value);
    else groups.push({ key, values: [value] });
  }
  return groups.map(({ key, values }) => {
    const taken = values.slice(0, 2).map((value) => `${value}|`);
    return JSON.stringify({
      key,
      value: drawn.program === 'first two' ? taken.join('') : values.join(''),
    });
  });
}

function filesOf({ lines, files }: Setup): Record<string, string> {
  const each = Math.ceil(lines.length / files);
  return Object.fromEntries(
    Array.from({ length: files }, (_, file) => {
      const own = lines.slice(file * each, (file + 1) * each);
      return [`file-${file}`, own.map((line) => `${JSON.stringify(line)}\n`).join('')];
    }),
  );
}

test('equals a sequential run, whatever the splits, memory, format, orders and partitions', async () => {
  const seen = { spills: 0, merges: 0, groups: 0 };
  await fc.assert(
    fc.asyncProperty(setup, async (drawn) => {
      const outcome = await runProgram(programOf(drawn), {
        files: filesOf(drawn),
        splitSize: drawn.splitSize,
        settings: { memory: drawn.memory, reducers: drawn.reducers, format: drawn.format },
      });
      const expected = oracle(drawn);
      const found = outcome.parts.map((bytes) => {
        const text = new TextDecoder().decode(bytes);
        return text === '' ? [] : text.slice(0, -1).split('\n');
      });
      // Each part is in the order of the sequential run; together they are all of it.
      const place = new Map(expected.map((line, index) => [line, index]));
      for (const lines of found) {
        const places = lines.map((line) => place.get(line) ?? -1);
        if (new Set(expected).size === expected.length) {
          expect(places).toEqual([...places].sort((a, b) => a - b));
        }
      }
      expect(found.flat().sort()).toEqual([...expected].sort());
      if (drawn.reducers === 1) expect(found.flat()).toEqual(expected);
      for (const { spills } of outcome.maps) seen.spills += spills;
      for (const { spills, groups } of outcome.reduces) {
        seen.merges += spills;
        seen.groups += groups;
      }
    }),
    { numRuns: 150 },
  );
  // A run that never spills, or never merges in several passes, tests less than it says.
  expect(seen.spills).toBeGreaterThan(50);
  expect(seen.merges).toBeGreaterThan(50);
  expect(seen.groups).toBeGreaterThan(500);
});
