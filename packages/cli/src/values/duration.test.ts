import { describe, expect, it } from '@jest/globals';
import { formatDuration, parseDuration } from './duration.ts';

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['10s', 10_000],
    ['1.5s', 1_500],
    ['10m', 600_000],
    ['1h30m', 5_400_000],
    ['7d', 604_800_000],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '10', 'm', '-5s', '10 m', '10min', '1h30'])(
    'refuses %p and says what a duration looks like',
    (text) => {
      expect(() => parseDuration(text)).toThrow(/expected a duration such as 500ms/);
    },
  );
});

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [35.4, '35 ms'],
    [999.6, '1.00 s'],
    [1_240, '1.24 s'],
    [12_340, '12.3 s'],
    [59_960, '1 min 0 s'],
    [125_000, '2 min 5 s'],
    [3_780_000, '1 h 3 min'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
