import { describe, expect, it } from '@jest/globals';
import * as arbitrary from '@mapreduce/testing/arbitraries';
import fc from 'fast-check';
import { FormatError } from '../records.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { ByteWriter, varintLength } from './byte-writer.ts';
import { fromHex, toHex } from './hex.ts';
import { decodeUtf8 } from './utf8.ts';
import { varintAt, VarintReader } from './varint.ts';

const uint32 = fc.oneof(
  fc.constantFrom(0, 127, 128, 2 ** 14, 2 ** 21, 2 ** 28 - 1, 2 ** 28, 2 ** 31, 2 ** 32 - 1),
  fc.nat({ max: 2 ** 32 - 1 }),
);

describe('ByteWriter', () => {
  it('writes varints of the announced length that read back', () => {
    fc.assert(
      fc.property(fc.array(uint32), (values) => {
        const writer = new ByteWriter(1);
        for (const value of values) writer.varint(value);
        expect(writer.length).toBe(values.reduce((sum, value) => sum + varintLength(value), 0));
        const reader = new VarintReader();
        let place = 0;
        for (const value of values) {
          expect(varintAt(writer.bytes, place)).toBe(value);
          place += varintLength(value);
        }
        for (const value of values) {
          expect(reader.read(writer.bytes, reader.position, writer.length)).toBe(value);
        }
      }),
    );
  });

  it('writes UTF-8 as TextEncoder does, bare and with its length', () => {
    fc.assert(
      fc.property(fc.array(arbitrary.text), (texts) => {
        const writer = new ByteWriter(1);
        const expected: number[] = [];
        for (const text of texts) {
          const utf8 = new TextEncoder().encode(text);
          writer.text(text);
          writer.sizedText(text);
          const size =
            utf8.length < 128 ? [utf8.length] : [(utf8.length & 127) | 128, utf8.length >> 7];
          expected.push(...utf8, ...size, ...utf8);
          expect(decodeUtf8(utf8, 0, utf8.length)).toBe(text);
        }
        expect([...writer.copy()]).toEqual(expected);
      }),
    );
  });

  it('writes the length of a text right where its varint grows', () => {
    for (const unit of ['a', 'é', '€', '😀']) {
      for (let count = 20; count < 140; count++) {
        const utf8 = new TextEncoder().encode(unit.repeat(count));
        const writer = new ByteWriter(1);
        writer.sizedText(unit.repeat(count));
        const expected = new ByteWriter();
        expected.sized(utf8, 0, utf8.length);
        expect(writer.copy()).toEqual(expected.copy());
      }
    }
  });

  it('copies short and long ranges', () => {
    const source = Uint8Array.from({ length: 300 }, (_, index) => index);
    for (const end of [10, 42, 43, 300]) {
      const writer = new ByteWriter(1);
      writer.byte(1);
      writer.raw(source, 10, end);
      expect(writer.copy()).toEqual(Uint8Array.of(1, ...source.slice(10, end)));
    }
  });
});

describe('VarintReader', () => {
  it('refuses a varint that is cut off or too large', () => {
    const read = (...bytes: number[]) =>
      new VarintReader().read(Uint8Array.from(bytes), 0, bytes.length);
    expect(() => read()).toThrow(FormatError);
    expect(() => read(0x80)).toThrow('cut off');
    expect(() => read(0xff, 0xff, 0xff, 0xff, 0x10)).toThrow('2^32 or more');
    expect(read(0xff, 0xff, 0xff, 0xff, 0x0f)).toBe(2 ** 32 - 1);
  });
});

describe('text forms of bytes', () => {
  it('are the usual ones', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(toHex(bytes)).toBe(Buffer.from(bytes).toString('hex'));
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
        expect(fromHex(toHex(bytes))).toEqual(bytes);
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
      }),
    );
    const long = new Uint8Array(100_000).fill(7);
    expect(toBase64(long)).toBe(Buffer.from(long).toString('base64'));
  });

  it('refuse anything else', () => {
    for (const text of ['a', 'AB', 'xy', 'a0 ']) expect(() => fromHex(text)).toThrow(FormatError);
    for (const text of ['a', 'ab*=', 'YQ=', 'YQ']) {
      expect(() => fromBase64(text)).toThrow(FormatError);
    }
  });
});
