import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { nodeClock } from './clock.ts';

test('time does not go back and timers fire no sooner than asked', async () => {
  const start = nodeClock.now();
  await new Promise<void>((resolve) => {
    const keepAlive = setInterval(() => undefined, 1_000);
    nodeClock.after(20, () => {
      clearInterval(keepAlive);
      resolve();
    });
  });
  // A timer's clock counts whole milliseconds.
  expect(nodeClock.now() - start).toBeGreaterThanOrEqual(19);
});

test('a timer that is taken back does not fire', async () => {
  let fired = false;
  nodeClock.after(1, () => (fired = true)).cancel();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(fired).toBe(false);
});

test('a timer of a month does not fire at once, and can be taken back', async () => {
  let fired = false;
  const timer = nodeClock.after(30 * 86_400_000, () => (fired = true));
  await new Promise((resolve) => setTimeout(resolve, 20));
  timer.cancel();
  expect(fired).toBe(false);
});

test('a timer does not keep the process alive', () => {
  const url = new URL('clock.ts', import.meta.url).href;
  const code = `import { nodeClock } from '${url}'; nodeClock.after(60_000, () => 0);`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', code], { timeout: 20_000 });
  expect(run).toMatchObject({ status: 0, signal: null });
});
