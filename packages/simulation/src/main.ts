import { completeInEachOrder } from './core/exhaustive/completion-orders.ts';
import { crashAtEachWrite } from './core/exhaustive/journal-crashes.ts';
import { simulate } from './core/simulate.ts';
import { SummaryBuilder } from './core/summary.ts';
import { computing } from './runner/computing.ts';
import { runFigure3Table } from './runner/figure3.ts';
import { readOptions, type RunnerOptions } from './runner/options.ts';
import { runPool } from './runner/pool.ts';
import { printFailure, printSeed, printSummary } from './runner/report.ts';

/*
 * npm run simulate -- --seeds N [--seed FIRST] [--workers PROCESSES]
 * npm run simulate -- --seed S [--log]       one seed, its hash and, with --log, its last events
 * npm run simulate -- --figure3 [--seed S] [--hosts N]   Figure 3 of the MapReduce paper
 * npm run simulate -- --exhaustive           every crash of the journal, every order of completions
 */

/** Failures that are looked into; the others are named. */
const shrunk = 3;

async function runOne({ first, log }: RunnerOptions): Promise<boolean> {
  const result = await simulate(first, computing);
  printSeed(result, log);
  const right = result.problems.length === 0;
  if (!right) await printFailure({ ...result, ms: 0 });
  console.log(right ? '1 passed, 0 failed' : '0 passed, 1 failed');
  return right;
}

async function runMany({ first, seeds, workers }: RunnerOptions): Promise<boolean> {
  const summary = new SummaryBuilder(seeds);
  const started = performance.now();
  await runPool({ first, seeds, workers, onOutcome: (outcome) => summary.add(outcome) });
  const built = summary.build();
  const { passed, failed, faults } = built;
  for (const outcome of failed.slice(0, shrunk)) await printFailure(outcome);
  for (const { seed, problems } of failed.slice(shrunk)) {
    console.log(`seed ${seed}: WRONG: ${problems.join('; ')}`);
  }
  printSummary(built);
  const seconds = (performance.now() - started) / 1_000;
  console.log(`${seeds} seeds in ${seconds.toFixed(1)} s on ${workers} processes`);
  for (const fault of faults) console.log(`error: ${fault}`);
  const wrong = failed.length + (failed.length === 0 ? faults.length : 0);
  console.log(`${passed} passed, ${wrong} failed`);
  return wrong === 0;
}

async function runExhaustive(): Promise<boolean> {
  const checks = [
    ['crashes at each write of the journal, twice', crashAtEachWrite],
    ['orders of completions with a lost worker', completeInEachOrder],
  ] as const;
  let passed = 0;
  let failed = 0;
  for (const [what, check] of checks) {
    const started = performance.now();
    const { runs, problems } = await check(computing);
    const seconds = (performance.now() - started) / 1_000;
    console.log(`${what}: ${runs} runs in ${seconds.toFixed(1)} s`);
    for (const problem of problems.slice(0, 20)) console.log(`  WRONG: ${problem}`);
    failed += problems.length;
    passed += Math.max(0, runs - problems.length);
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
}

function run(options: RunnerOptions): Promise<boolean> {
  if (options.exhaustive) return runExhaustive();
  if (options.figure3) return runFigure3Table(options);
  return options.seeds === 1 ? runOne(options) : runMany(options);
}

let options: RunnerOptions | undefined;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  console.error(`error: ${(error as Error).message}`);
  process.exitCode = 2;
}
if (options !== undefined && !(await run(options))) process.exitCode = 1;
