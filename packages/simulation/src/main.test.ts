import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

interface Ended {
  readonly code: number;
  readonly output: string;
}

/** Runs the simulator as `npm run simulate` does: in a plain Node.js process. */
function run(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr }),
    );
  });
}

test('50 seeds give the right output, and workers did crash', async () => {
  const { code, output } = await run('--seeds', '50');
  expect(output).toMatch(/^50 passed, 0 failed$/m);
  expect(output).toMatch(/workerCrash [1-9]/);
  expect(code).toBe(0);
}, 60_000);

test('a seed has one hash, whatever process runs it', async () => {
  const [first, again] = await Promise.all([run('--seed', '7'), run('--seed', '7')]);
  const hash = /hash ([0-9a-f]{64})/.exec(first.output)?.[1];
  expect(hash).toBeDefined();
  expect(again.output).toContain(hash);
  expect(first.code).toBe(0);
}, 60_000);

test.each([
  ['--seeds', '0'],
  ['--seeds', 'many'],
  ['--seed', '-1'],
  ['--sed', '1'],
])('%s %s is refused', async (...args) => {
  const { code, output } = await run(...args);
  expect(code).toBe(2);
  expect(output).toMatch(/^error: /);
});
