import type { Fault } from '../core/faults/fault.ts';
import { shrink } from '../core/shrink.ts';
import { simulate, type SeedResult } from '../core/simulate.ts';
import type { SeedOutcome, Summary } from '../core/summary.ts';
import { computing } from './computing.ts';

/** Events printed of a failure, and of a seed whose log is asked for. */
const printed = { failure: 60, log: 400 } as const;

/** What the whole run came to. */
export function printSummary({ fired, events, ms, slowest, ...summary }: Summary): void {
  const kinds = [...fired].map(([kind, times]) => `${kind} ${times}`).join(', ');
  console.log(`faults that struck: ${kinds}`);
  const seeds = summary.passed + summary.failed.length;
  const slow = slowest && `; the slowest, seed ${slowest.seed}: ${slowest.ms.toFixed(0)} ms`;
  console.log(
    `${events} events, ${(ms / seeds).toFixed(1)} ms a seed${slow ?? ''}; ` +
      `at most ${summary.mostLeases} leases of a task, ` +
      `and ${(summary.longestAfterHealMs / 1_000).toFixed(0)} s from the last fault to the end`,
  );
}

/** One seed, run on its own. */
export function printSeed(result: SeedResult, log: boolean): void {
  const { seed, hash, events, elapsedMs, problems, scenario, tail } = result;
  const ended = problems.length === 0 ? 'right' : 'WRONG';
  console.log(`seed ${seed}: ${ended}, ${events} events, ${elapsedMs.toFixed(0)} ms, hash ${hash}`);
  for (const problem of problems) console.log(`  ${problem}`);
  console.log('  faults:');
  for (const fault of scenario.faults) console.log(`    ${JSON.stringify(fault)}`);
  if (log) for (const line of tail.slice(-printed.log)) console.log(`    ${line}`);
}

/** A seed that failed: the smallest list of its faults that still fails, and what happened then. */
export async function printFailure({ seed, problems }: SeedOutcome): Promise<void> {
  console.log(`seed ${seed}: WRONG`);
  for (const problem of problems) console.log(`  ${problem}`);
  const run = (faults: readonly Fault[]) => simulate(seed, computing, { faults });
  const whole = await simulate(seed, computing);
  if (whole.problems.length === 0) {
    console.log('  it goes well when it runs again');
    return;
  }
  const faults = await shrink(whole.scenario.faults, async (some) => {
    return (await run(some)).problems.length > 0;
  });
  const least = await run(faults);
  console.log(`  ${faults.length} of its ${whole.scenario.faults.length} faults are enough:`);
  for (const fault of faults) console.log(`    ${JSON.stringify(fault)}`);
  for (const problem of least.problems) console.log(`  then: ${problem}`);
  for (const line of least.tail.slice(-printed.failure)) console.log(`    ${line}`);
  console.log(`  again: npm run simulate -- --seed ${seed} --log`);
}
