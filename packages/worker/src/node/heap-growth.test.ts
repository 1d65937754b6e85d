import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

/**
 * Keeps so many MiB, has them collected, keeps `more`, and prints how often V8 marked all that lives on
 * the way.
 */
const keeper = (prepare: string, kept: number, more: number) => `
  import { PerformanceObserver } from 'node:perf_hooks';
  import { setImmediate, setTimeout } from 'node:timers/promises';
  ${prepare}
  const kept = [];
  const keep = async (mebibytes) => {
    for (let i = 0; i < mebibytes; i += 1) {
      kept.push(Array.from({ length: 2 ** 17 }, () => 0.5));
      await setImmediate();
    }
  };
  await keep(${kept});
  // What one collection has shown counts from the next one on.
  for (let i = 0; i < 2; i += 1) {
    gc();
    await setTimeout(50);
  }
  let marked = 0;
  const major = 4;
  new PerformanceObserver((list) => {
    for (const { detail } of list.getEntries()) if (detail.kind === major) marked += 1;
  }).observe({ entryTypes: ['gc'] });
  await keep(${more});
  await setTimeout(50);
  console.log(marked);`;

function timesMarked(prepare: string, kept: number, more: number): number {
  const flags = ['--expose-gc', '--input-type=module'];
  const args = [...flags, '--eval', keeper(prepare, kept, more)];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

const module = fileURLToPath(new URL('heap-growth.ts', import.meta.url));
const grown = `
  import { letHeapGrow } from ${JSON.stringify(module)};
  letHeapGrow();
  await setTimeout(1_100);`;

test('a small heap may grow to seven times its size before it is marked', () => {
  expect(timesMarked(grown, 5, 45)).toBe(0);
  // V8 itself never lets it grow to more than four times its size.
  expect(timesMarked('', 5, 45)).toBeGreaterThan(0);
});

test('a large heap grows as V8 says', () => {
  expect(timesMarked(grown, 40, 140)).toBeGreaterThan(0);
});
