import { describe, expect, it } from '@jest/globals';
import type { Key, KeyPart, Order } from '@mapreduce/sdk';
import * as arbitrary from '@mapreduce/testing/arbitraries';
import fc from 'fast-check';
import { FormatError } from '../records.ts';
import { ByteWriter } from './byte-writer.ts';
import { compareBytes } from './compare.ts';
import { EncodeError } from './errors.ts';
import { KeyCodec, type KeyShape } from './keys.ts';

const order = fc.array(fc.constantFrom<Order>('ascending', 'descending'), { maxLength: 4 });

function encode(key: Key, shape: KeyShape = { order: [] }): Uint8Array {
  const writer = new ByteWriter(1);
  new KeyCodec(shape).encode(key, writer);
  return writer.copy();
}

function decode(bytes: Uint8Array, shape: KeyShape = { order: [] }): Key {
  return new KeyCodec(shape).decode(bytes, 0, bytes.length);
}

/** The order of keys, written without their encoding. */
function compareKeys(a: Key, b: Key, directions: readonly Order[]): number {
  if (isTuple(a) !== isTuple(b)) return isTuple(a) === (directions[0] === 'descending') ? -1 : 1;
  const [left, right] = [isTuple(a) ? a : [a], isTuple(b) ? b : [b]];
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const difference = compareParts(left[index] as KeyPart, right[index] as KeyPart);
    if (difference !== 0) return directions[index] === 'descending' ? -difference : difference;
  }
  return left.length - right.length;
}

function compareParts(a: KeyPart, b: KeyPart): number {
  const rank = (part: KeyPart) => ['number', 'string', 'object'].indexOf(typeof part);
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (typeof a === 'number' && typeof b === 'number') {
    if (Number.isNaN(a) || Number.isNaN(b))
      return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
    return a < b ? -1 : Number(a > b);
  }
  return Buffer.compare(Buffer.from(a as string), Buffer.from(b as string));
}

function isTuple(key: Key): key is readonly KeyPart[] {
  return Array.isArray(key);
}

/** What a key becomes: there is no -0 among keys. */
function plusZero(key: Key): Key {
  if (isTuple(key)) return key.map((part) => plusZero(part) as KeyPart);
  return key === 0 ? 0 : key;
}

describe('KeyCodec', () => {
  it('gives back what it encoded, whatever the order', () => {
    fc.assert(
      fc.property(arbitrary.key, order, (key, directions) => {
        expect(decode(encode(key, { order: directions }), { order: directions })).toStrictEqual(
          plusZero(key),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('orders bytes as keys are ordered, with and without descending elements', () => {
    const pair = fc.oneof(
      fc.tuple(arbitrary.key, arbitrary.key),
      fc.tuple(arbitrary.number, arbitrary.number),
      fc.tuple(arbitrary.text, arbitrary.text),
      // Neighbours: a common beginning decides nothing.
      fc.tuple(arbitrary.text, arbitrary.text).map(([a, b]): [Key, Key] => [a, a + b]),
      fc.tuple(arbitrary.text, arbitrary.text).map(([a, b]): [Key, Key] => [
        [a, b],
        [a + b, a],
      ]),
    );
    fc.assert(
      fc.property(pair, order, ([a, b], directions) => {
        const [left, right] = [encode(a, { order: directions }), encode(b, { order: directions })];
        const found = compareBytes(left, 0, left.length, right, 0, right.length);
        expect(Math.sign(found)).toBe(Math.sign(compareKeys(a, b, directions)));
      }),
      { numRuns: 5_000 },
    );
  });

  it('encodes a plain string as one tag and its UTF-8, so that bytes can be copied in', () => {
    const codec = new KeyCodec({ order: [] });
    expect(codec.rawPlain).toBe(true);
    expect([...encode('é\0')]).toEqual([0x02, 0xc3, 0xa9, 0x00]);
  });

  it('encodes text and bytes given as bytes like the keys that they are', () => {
    fc.assert(
      fc.property(arbitrary.text, order, (key, directions) => {
        const codec = new KeyCodec({ order: directions });
        const utf8 = new TextEncoder().encode(`(${key})`);
        const [asText, asBytes] = [new ByteWriter(), new ByteWriter()];
        codec.encodeText(utf8, 1, utf8.length - 1, asText);
        codec.encodeBytes(utf8, 1, utf8.length - 1, asBytes);
        expect(asText.copy()).toEqual(encode(key, { order: directions }));
        expect(asBytes.copy()).toEqual(encode(utf8.slice(1, -1), { order: directions }));
      }),
    );
  });

  it('ends the group after its elements, in the same order as the whole key', () => {
    fc.assert(
      fc.property(
        fc.array(arbitrary.keyPart, { maxLength: 4 }),
        order,
        fc.integer({ min: 1, max: 4 }),
        (key, directions, group) => {
          const shape = { order: directions, group };
          const bytes = encode(key, shape);
          const end = new KeyCodec(shape).groupEnd(bytes, 0, bytes.length);
          expect(bytes.slice(0, end)).toEqual(encode(key.slice(0, group), shape));
        },
      ),
    );
    const plain = encode('key');
    expect(new KeyCodec({ order: [], group: 1 }).groupEnd(plain, 0, plain.length)).toBe(4);
  });

  it.each([
    [undefined, 'key: undefined cannot be a key'],
    [null, 'key: null cannot be a key'],
    [true, 'key: the boolean true cannot be a key'],
    [12n, 'key: the bigint 12 cannot be a key'],
    [{}, 'key: an object cannot be a key'],
    [new Date(0), 'key: an instance of Date cannot be a key'],
    [['a', ['b']], 'key[1]: an array inside a tuple'],
    [['a', undefined], 'key[1]: undefined cannot be a key'],
    ['a\ud800', 'key: a string with a lone surrogate (U+D800 at index 1)'],
    [['\udc00'.repeat(60)], 'key[0]: a string with a lone surrogate (U+DC00 at index 0)'],
  ])('refuses %p and leaves the writer as it was', (key, message) => {
    const writer = new ByteWriter();
    writer.byte(7);
    const encodeIt = () => new KeyCodec({ order: [] }).encode(key as Key, writer);
    expect(encodeIt).toThrow(EncodeError);
    expect(encodeIt).toThrow(message);
    expect([...writer.copy()]).toEqual([7]);
  });

  it('refuses every cut of an encoded tuple inside an element', () => {
    const bytes = encode(['a', 1, new Uint8Array(2)]);
    const ends = [1, 5, 14];
    for (let end = 0; end < bytes.length; end++) {
      if (ends.includes(end)) continue;
      expect(() => decode(bytes.slice(0, end))).toThrow(FormatError);
    }
  });
});
