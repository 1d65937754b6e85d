import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { nodeCodec } from './codec.ts';
import { nodeDigest } from './digest.ts';

const hex = (data: Uint8Array) => Buffer.from(data).toString('hex');

describe('nodeCodec', () => {
  test('gives back what it compressed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), (data) => {
        const packed = nodeCodec.compress(data);
        expect(Buffer.compare(nodeCodec.decompress(packed, data.length), data)).toBe(0);
      }),
    );
  });

  test('refuses to grow beyond the bound, cut data and damaged data', () => {
    const packed = nodeCodec.compress(new Uint8Array(1_000_000));
    expect(packed.length).toBeLessThan(1_000);
    expect(() => nodeCodec.decompress(packed, 999_999)).toThrow();
    expect(() => nodeCodec.decompress(packed.subarray(0, packed.length - 1), 1_000_000)).toThrow();
    expect(() => nodeCodec.decompress(new Uint8Array(20), 1_000_000)).toThrow();
    expect(() => nodeCodec.decompress(nodeCodec.compress(new Uint8Array(1)), 0)).toThrow();
  });

  test('crc32 is the one of IEEE and goes on from a seed', () => {
    const data = new TextEncoder().encode('123456789');
    expect(nodeCodec.crc32(data)).toBe(0xcbf43926);
    expect(nodeCodec.crc32(data.subarray(4), nodeCodec.crc32(data.subarray(0, 4)))).toBe(
      0xcbf43926,
    );
  });
});

describe('nodeDigest', () => {
  test('is sha256, at once or step by step', () => {
    const abc = new TextEncoder().encode('abc');
    const expected = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(hex(nodeDigest.of(abc))).toBe(expected);
    const hash = nodeDigest.start().update(abc.subarray(0, 1)).update(abc.subarray(1));
    expect(hex(hash.digest())).toBe(expected);
  });
});
