import { describe, expect, test } from '@jest/globals';
import { SeededRandom } from './seeded-random.ts';

const draws = (seed: number) => {
  const random = new SeededRandom(seed);
  return Array.from({ length: 20 }, () => random.uint32());
};

describe('SeededRandom', () => {
  test('repeats itself for a seed and differs between seeds', () => {
    expect(draws(1)).toEqual(draws(1));
    expect(draws(1)).not.toEqual(draws(2));
  });

  test('integers cover their range evenly', () => {
    const random = new SeededRandom(7);
    const counts = [0, 0, 0, 0];
    for (let turn = 0; turn < 4_000; turn += 1) {
      const drawn = random.integer(0, 3);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(120);
  });

  test('hex has the digits asked for', () => {
    expect(new SeededRandom(3).hex(13)).toMatch(/^[0-9a-f]{13}$/);
  });

  test('what a fork draws does not change what its source draws next', () => {
    const one = new SeededRandom(5);
    const other = new SeededRandom(5);
    const fork = one.fork();
    other.fork();
    fork.uint32();
    fork.uint32();
    expect(one.uint32()).toBe(other.uint32());
  });
});
