import { expect, test } from '@jest/globals';
import { ByteWriter } from './byte-writer.ts';
import { copyWords, mostWords, viewOf } from './copy-words.ts';

const source = Uint8Array.from({ length: 400 }, (_, i) => (i * 37 + (i >> 3)) & 0xff);

test('copies every length from every alignment, and nothing beside it', () => {
  for (let length = 8; length <= 40; length += 1) {
    for (let start = 0; start < 9; start += 1) {
      const target = new Uint8Array(64);
      copyWords(viewOf(source), start, start + length, viewOf(target), start + 3);
      const expected = new Uint8Array(64);
      expected.set(source.subarray(start, start + length), start + 3);
      expect(target).toEqual(expected);
    }
  }
});

test('a view of a part of a buffer counts from where the part begins', () => {
  const part = source.subarray(5, 105);
  const target = new Uint8Array(20);
  copyWords(viewOf(part), 2, 22, viewOf(target), 0);
  expect(target).toEqual(source.slice(7, 27));
});

test('a writer writes the same with the view of its source as without', () => {
  const plain = new ByteWriter(16);
  const viewed = new ByteWriter(16);
  for (let length = 0; length < mostWords + 20; length += 1) {
    plain.raw(source, 3, 3 + length);
    viewed.raw(source, 3, 3 + length, viewOf(source));
  }
  expect(viewed.copy()).toEqual(plain.copy());
});
