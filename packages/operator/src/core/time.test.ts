import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { formatTime, parseTime } from './time.ts';

describe('a time of Kubernetes', () => {
  it('is written and read as JavaScript does it, on any day of four centuries', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 12_622_780_800 }), (seconds) => {
        const text = new Date(seconds * 1_000).toISOString().replace('.000', '');
        expect(formatTime(seconds * 1_000)).toBe(text);
        expect(parseTime(text)).toBe(seconds * 1_000);
      }),
    );
  });

  it('loses its fraction of a second', () => {
    expect(formatTime(1_999)).toBe('1970-01-01T00:00:01Z');
    expect(parseTime('1970-01-01T00:00:01.999999Z')).toBe(1_000);
  });

  it.each([undefined, '', 'yesterday', '2026-01-31'])('is not to be read from %p', (text) => {
    expect(parseTime(text)).toBeUndefined();
  });
});
