import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { Value } from '@mapreduce/sdk';
import * as arbitrary from '@mapreduce/testing/arbitraries';
import fc from 'fast-check';
import { FormatError } from '../records.ts';
import { ByteWriter } from './byte-writer.ts';
import { decodeNumber, decodeValue, encodeValue } from './values.ts';

function encode(value: unknown): Uint8Array {
  const writer = new ByteWriter(1);
  encodeValue(value as Value, writer);
  return writer.copy();
}

function decode(bytes: Uint8Array): Value {
  return decodeValue(bytes, 0, bytes.length);
}

describe('values', () => {
  it('come back as they were, -0, NaN and the order of properties included', () => {
    fc.assert(
      fc.property(arbitrary.value, (value) => {
        const found = decode(encode(value));
        expect(isDeepStrictEqual(found, value)).toBe(true);
        expect(JSON.stringify(found)).toBe(JSON.stringify(value));
      }),
      { numRuns: 2_000 },
    );
  });

  it('have one encoding each', () => {
    fc.assert(
      fc.property(arbitrary.value, (value) => {
        expect(encode(decode(encode(value)))).toEqual(encode(value));
      }),
    );
    const nan = new Float64Array(new BigUint64Array([0xfff8000000000001n]).buffer)[0];
    expect(encode(nan)).toEqual(encode(NaN));
  });

  it('are decoded from the middle of a larger array', () => {
    const [before, inner] = [Uint8Array.of(9, 9, 9), encode([1.5, 'x'])];
    const bytes = Uint8Array.of(...before, ...inner, 9);
    expect(decodeValue(bytes.subarray(1), 2, 2 + inner.length)).toEqual([1.5, 'x']);
  });

  it('take one byte for an integer below 128, and few for others', () => {
    expect([0, 127, 128, -1, 1000].map((value) => encode(value).length)).toEqual([1, 1, 3, 2, 3]);
    expect(encode(0.5)).toHaveLength(9);
  });

  it('are read as numbers without becoming objects, where they are numbers', () => {
    for (const value of [0, 127, 128, -7, 0.5, -0, NaN]) {
      const bytes = encode(value);
      expect(decodeNumber(bytes, 0, bytes.length)).toBe(value);
    }
    for (const value of [null, true, 'x', [1]]) {
      expect(decodeNumber(encode(value), 0, 9)).toBeUndefined();
    }
  });

  it('hold a property named __proto__ without touching a prototype', () => {
    const decoded = decode(encode(JSON.parse('{"__proto__":{"polluted":true},"constructor":1}')));
    expect(Object.keys(decoded as object)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
    expect((decoded as Record<string, Value>)['polluted']).toBeUndefined();
    expect({}).not.toHaveProperty('polluted');
  });

  it('may be objects without a prototype, and Buffers', () => {
    const bare = Object.assign(Object.create(null) as object, { a: 1 });
    expect(decode(encode(bare))).toEqual({ a: 1 });
    expect(decode(encode(Buffer.from('x')))).toEqual(Uint8Array.of(120));
  });

  const cyclic: unknown[] = [];
  cyclic.push(cyclic);

  it.each([
    [undefined, 'value: undefined cannot be encoded'],
    [{ tags: [1, undefined] }, 'value.tags[1]: undefined cannot be encoded'],
    [{ 'odd name': { f: encode } }, 'value["odd name"].f: the function encode cannot'],
    [[Symbol('s')], 'value[0]: a symbol cannot be encoded'],
    [{ n: 10n }, 'value.n: the bigint 10 cannot be encoded'],
    [new Map(), 'value: an instance of Map cannot be encoded'],
    [[new Date(0)], 'value[0]: an instance of Date cannot be encoded'],
    [new Float64Array(1), 'value: an instance of Float64Array cannot be encoded'],
    [{ [Symbol('s')]: 1 }, 'value: an object with a symbol (Symbol(s)) as property name'],
    [['ok', { bad: 'x\udfff' }], 'value[1].bad: a string with a lone surrogate (U+DFFF'],
    [{ 'x\udfff': 1 }, 'a string with a lone surrogate (U+DFFF at index 1)'],
    [new Array(2), 'value[0]: undefined cannot be encoded'],
    [cyclic, 'nested deeper than 500 levels; does it contain itself?'],
  ])('refuse %p and leave the writer as it was', (value, message) => {
    const writer = new ByteWriter();
    writer.byte(7);
    expect(() => encodeValue(value as Value, writer)).toThrow(message);
    expect([...writer.copy()]).toEqual([7]);
  });

  it('refuse every cut, and what goes on after the end', () => {
    const bytes = encode({ name: ['x', -5, 300, 0.25, Uint8Array.of(1, 2), null, true] });
    for (let end = 0; end < bytes.length; end++) {
      expect(() => decode(bytes.slice(0, end))).toThrow(FormatError);
    }
    expect(() => decode(Uint8Array.of(...bytes, 0))).toThrow(FormatError);
    expect(() => decode(Uint8Array.of(0x0a))).toThrow('unknown type 10');
  });

  it('of any bytes give a value or a FormatError, and allocate no more than they hold', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 30 }), (bytes) => {
        try {
          decode(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
