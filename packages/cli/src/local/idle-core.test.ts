import { expect, test } from '@jest/globals';
import { coreIdle } from './idle-core.ts';

/** As it stands after each look, where so many cores stand idle all the time. */
function idle(cores: number, looked: number[]) {
  return () => {
    const at = performance.now();
    looked.push(at);
    return { at, idleMs: 7_000 + at * cores };
  };
}

test('waits no longer than it takes to see that most of a core is idle', async () => {
  const looked: number[] = [];
  await coreIdle(600_000, idle(0.8, looked));
  expect(looked.length).toBe(2);
});

test('waits as long as it is told where the cores are busy, for the most part', async () => {
  const began = performance.now();
  const looked: number[] = [];
  await coreIdle(500, idle(0.6, looked));
  expect(looked.length).toBeGreaterThanOrEqual(2);
  expect(performance.now() - began).toBeGreaterThanOrEqual(500);
});
