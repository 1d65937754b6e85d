import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

/** Keeps 10 MiB, then 50 more, and prints how often V8 marked all that lives on the way. */
const keeper = (prepare: string) => `
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
  await keep(10);
  gc();
  await setTimeout(50);
  let marked = 0;
  const major = 4;
  new PerformanceObserver((list) => {
    for (const { detail } of list.getEntries()) if (detail.kind === major) marked += 1;
  }).observe({ entryTypes: ['gc'] });
  await keep(50);
  await setTimeout(50);
  console.log(marked);`;

function timesMarked(prepare: string): number {
  const args = ['--expose-gc', '--input-type=module', '--eval', keeper(prepare)];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

test('a small heap may grow to seven times its size before it is marked', () => {
  const module = fileURLToPath(new URL('heap-growth.ts', import.meta.url));
  const grown = timesMarked(`
    import { letHeapGrow } from ${JSON.stringify(module)};
    letHeapGrow();
    await setTimeout(1_100);`);
  expect(grown).toBe(0);
  // V8 itself never lets it grow to more than four times its size.
  expect(timesMarked('')).toBeGreaterThan(0);
});
