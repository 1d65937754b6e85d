import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { microTime } from './micro-time.ts';

test('a time has six digits after the point', () => {
  expect(microTime(Date.UTC(2030, 0, 31, 9, 5, 0, 120))).toBe('2030-01-31T09:05:00.120000Z');
});

test('every moment from 1970 to 9999 is written as the calendar has it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Date.UTC(9999, 11, 31, 23, 59, 59, 999) }), (ms) => {
      expect(microTime(ms)).toBe(new Date(ms).toISOString().replace('Z', '000Z'));
    }),
  );
});

test('leap days and the ends of years are where they belong', () => {
  for (const day of ['2000-02-29', '2100-02-28', '2100-03-01', '2024-12-31', '1970-01-01']) {
    expect(microTime(Date.parse(day))).toBe(`${day}T00:00:00.000000Z`);
  }
});
