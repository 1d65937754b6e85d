import { describe, expect, it } from '@jest/globals';
import { cell, counted, fit, grouped } from './style.ts';

describe('grouped', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1_000, '1,000'],
    [-123_456, '-123,456'],
    [1_234_567, '1,234,567'],
  ])('writes %d as %s', (count, text) => {
    expect(grouped(count)).toBe(text);
  });
});

describe('counted', () => {
  it('tells one from many', () => {
    expect([counted(1, 'file'), counted(0, 'file'), counted(2_000, 'file')]).toEqual([
      '1 file',
      '0 files',
      '2,000 files',
    ]);
  });
});

describe('fit and cell', () => {
  it('cut what is too wide and fill what is too narrow, by characters', () => {
    expect(fit('📚📚📚', 2)).toBe('📚…');
    expect(fit('abc', 3)).toBe('abc');
    expect(cell('ab', 4)).toBe('ab  ');
    expect(cell('abcdef', 4)).toBe('abc…');
  });
});
