import { describe, expect, it } from '@jest/globals';
import { formatSize } from './size.ts';

describe('formatSize', () => {
  it.each([
    [0, '0 B'],
    [1_023, '1023 B'],
    [1_024, '1 KiB'],
    [1_536, '1.5 KiB'],
    [198_066_240, '189 MiB'],
    [2 ** 30 - 1, '1 GiB'],
  ])('writes %d bytes as %s', (bytes, text) => {
    expect(formatSize(bytes).replace('.0 ', ' ')).toBe(text);
  });
});
