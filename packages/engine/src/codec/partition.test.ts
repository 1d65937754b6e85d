import { describe, expect, it } from '@jest/globals';
import type { Key } from '@mapreduce/sdk';
import * as arbitrary from '@mapreduce/testing/arbitraries';
import fc from 'fast-check';
import { ByteWriter } from './byte-writer.ts';
import { KeyCodec, type KeyShape } from './keys.ts';
import { hashPartition, ihash, keyHash } from './partition.ts';

function hashOf(key: Key, shape: KeyShape = { order: [] }): number {
  const codec = new KeyCodec(shape);
  const writer = new ByteWriter();
  codec.encode(key, writer);
  return keyHash(codec, writer.bytes, 0, writer.length);
}

describe('partition', () => {
  it.each([
    ['a', 1678518572],
    ['the', 873378332],
    ['é', 513665217],
    ['😀', 866293256],
  ])("hashes %p as the lab's ihash does", (text, hash) => {
    expect(ihash(new TextEncoder().encode(text))).toBe(hash);
    expect(hashOf(text)).toBe(hash);
    expect(hashOf(text, { order: ['descending'] })).toBe(hash);
  });

  it('of a string depends on its UTF-8 alone, not on the order', () => {
    fc.assert(
      fc.property(arbitrary.text, (text) => {
        const hash = ihash(new TextEncoder().encode(text));
        expect(hashOf(text)).toBe(hash);
        expect(hashOf(text, { order: ['descending'] })).toBe(hash);
      }),
    );
  });

  it('of a tuple depends on the elements that group it alone', () => {
    fc.assert(
      fc.property(arbitrary.keyPart, arbitrary.keyPart, arbitrary.keyPart, (a, b, c) => {
        const shape: KeyShape = { order: ['ascending', 'descending'], group: 1 };
        expect(hashOf([a, b], shape)).toBe(hashOf([a, c], shape));
      }),
    );
    expect(hashOf(['a', 1])).not.toBe(hashOf(['a', 2]));
  });

  it('is the hash modulo the number of partitions', () => {
    const codec = new KeyCodec({ order: [] });
    const writer = new ByteWriter();
    codec.encode('the', writer);
    expect(hashPartition(codec, writer.bytes, 0, writer.length, 10)).toBe(873378332 % 10);
  });
});
