import { randomInt } from 'node:crypto';
import { buildToxiproxy } from '../toxiproxy/build.ts';
import { faultKinds, type FaultKind } from '../world/recorder.ts';
import { logTails } from './log-tails.ts';
import type { Counts } from './run-cases.ts';
import { runInside } from './sandbox.ts';

/** After so many runs each kind of fault has struck, or something is missing that it takes. */
const manyRuns = 40;
/** Where links can be cut, single connections are not. */
const drawnKinds = faultKinds.filter((kind) => kind !== 'cut connection');
/** A run heals all its faults, and then ends: bounded by far. */
const runLimitMs = 240_000;

export interface RandomOptions {
  readonly isIsolated: boolean;
  readonly jobs: number;
  /** No run begins later. */
  readonly minutes: number | undefined;
  readonly runs: number | undefined;
  /** Of the first run; each other has the next one. Default: any. */
  readonly seed: number | undefined;
}

/** Without it no link is slow. */
async function findToxiproxy(): Promise<string | undefined> {
  try {
    return await buildToxiproxy();
  } catch (error) {
    console.log(`LEFT OUT  slow links: ${String(error)}`);
    return undefined;
  }
}

/** Runs random faults until the time is up, and prints every fault with its time. */
export async function runRandom(options: RandomOptions): Promise<Counts> {
  const { isIsolated, jobs, minutes, runs = minutes === undefined ? 1 : Infinity } = options;
  const first = options.seed ?? randomInt(1, 1_000_000_000);
  const until = performance.now() + (minutes ?? Infinity) * 60_000;
  let next = first;
  let passed = 0;
  let failed = 0;
  const fired = new Map<FaultKind, number>(faultKinds.map((kind) => [kind, 0]));
  const toxiproxy = await findToxiproxy();
  console.log(`seed ${first}`);

  async function run(seed: number): Promise<void> {
    const { error, directory } = await runInside(
      { kind: 'random', seed, toxiproxy },
      {
        isIsolated,
        limitMs: runLimitMs,
        onReport: (report) => {
          if (report.kind === 'note') console.log(`${seed}: ${report.text}`);
          if (report.kind !== 'fault') return;
          const { kind, detail, atMs } = report.fault;
          fired.set(kind, (fired.get(kind) ?? 0) + 1);
          console.log(`${seed}: ${(atMs / 1000).toFixed(2)} s  ${kind}: ${detail}`);
        },
      },
    );
    if (error === undefined) {
      passed += 1;
      console.log(`${seed}: passed`);
      return;
    }
    failed += 1;
    console.log(
      [
        `${seed}: FAILED  replay: npm run chaos -- --runs 1 --seed ${seed}`,
        ...[error, logTails(directory)],
      ].join('\n'),
    );
  }

  await Promise.all(
    Array.from({ length: Math.min(jobs, runs) }, async () => {
      while (next < first + runs && performance.now() < until) await run(next++);
    }),
  );
  const summary = [...fired].map(([kind, count]) => `${kind} ${count}`).sort();
  console.log(`\nfaults fired in ${passed + failed} runs: ${summary.join(', ')}`);
  const never = drawnKinds.filter((kind) => fired.get(kind) === 0);
  if (isIsolated && passed + failed >= manyRuns && never.length > 0) {
    failed += 1;
    console.log(`FAILED    these never fired: ${never.join(', ')}`);
  }
  console.log(`figures ${JSON.stringify(Object.fromEntries(fired))}`);
  return { passed, failed };
}
