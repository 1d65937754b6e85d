import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseSize } from './size.ts';

describe('parseSize', () => {
  it.each([
    ['0', 0],
    ['512', 512],
    ['1k', 1_000],
    ['64Ki', 65_536],
    ['64Mi', 67_108_864],
    ['1.5Gi', 1_610_612_736],
    ['2T', 2e12],
  ])('reads %s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['', 'Mi', '-1', '64 Mi', '64mi', '1e3', '1,5Gi', '99999999999Ti', '0x10'])(
    'refuses %p and says what a size looks like',
    (text) => {
      expect(() => parseSize(text)).toThrow(/expected a size such as 65536, 64Mi/);
    },
  );

  it('reads whole KiB as so many times 1024', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (count) => {
        expect(parseSize(`${count}Ki`)).toBe(count * 1024);
      }),
    );
  });
});
