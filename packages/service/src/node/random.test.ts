import { expect, test } from '@jest/globals';
import { nodeRandom } from './random.ts';

test('hex has as many digits as asked for, and does not repeat', () => {
  for (const digits of [1, 8, 13])
    expect(nodeRandom.hex(digits)).toMatch(RegExp(`^[0-9a-f]{${digits}}$`));
  expect(new Set(Array.from({ length: 100 }, () => nodeRandom.hex(16))).size).toBe(100);
});

test('floats lie in [0, 1)', () => {
  const drawn = Array.from({ length: 1_000 }, () => nodeRandom.float());
  expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
  expect(Math.max(...drawn)).toBeGreaterThan(0.9);
});
