import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { faultKinds } from './core/faults/fault.ts';

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

test('60 seeds are right, on two processes, and every kind of fault is counted', async () => {
  const { output } = await run('--seeds', '60', '--workers', '2');
  expect(output).toMatch(/^60 seeds in [\d.]+ s on 2 processes$/m);
  expect(output).toMatch(/^60 passed, /m);
  for (const kind of faultKinds) expect(output).toMatch(new RegExp(`${kind} \\d+`));
}, 120_000);

test('a kind of fault that never struck fails the run', async () => {
  const { code, output } = await run('--seeds', '2');
  expect(output).toMatch(/^error: no fault of kind \w+ ever struck$/m);
  expect(output).toMatch(/^2 passed, [1-9]\d* failed$/m);
  expect(code).toBe(1);
}, 60_000);

test('a seed has one hash, whatever process runs it', async () => {
  const [first, again] = await Promise.all([run('--seed', '7'), run('--seed', '7')]);
  const hash = /hash ([0-9a-f]{64})/.exec(first.output)?.[1];
  expect(hash).toBeDefined();
  expect(again.output).toContain(hash);
  expect(first.code).toBe(0);
}, 60_000);

test('Figure 3 has a line for each run, with what it cost', async () => {
  const { code, output } = await run('--figure3', '--hosts', '10', '--workers', '2');
  expect(output).toMatch(/^undisturbed +\d+ /m);
  expect(output).toMatch(/^1 killed at 300 s, restarted .* -?[\d.]+ % .*\d+ +\d+$/m);
  expect(output).toMatch(/^(\d) passed, (\d) failed$/m);
  expect(code === 0).toBe(output.includes('5 passed, 0 failed'));
}, 120_000);

test.each([
  ['--seeds', '0'],
  ['--seeds', 'many'],
  ['--seed', '-1'],
  ['--workers', '0'],
  ['--sed', '1'],
])(
  '%s %s is refused',
  async (...args) => {
    const { code, output } = await run(...args);
    expect(code).toBe(2);
    expect(output).toMatch(/^error: /);
  },
  60_000,
);
