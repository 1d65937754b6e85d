import { simulate } from '../core/simulate.ts';
import type { SeedOutcome } from '../core/summary.ts';
import { computing } from './computing.ts';

/** One seed in so many runs twice: what differs then is not simulated but left to chance. */
const replayedOneIn = 100;

/** Runs a seed, and measures how long it takes. */
export async function runSeed(seed: number): Promise<SeedOutcome> {
  const started = performance.now();
  const result = await simulate(seed, computing);
  const { scenario, problems, end, fired, hash, events, afterHealMs, mostLeases } = result;
  const ms = performance.now() - started;
  const found = [...problems];
  if (seed % replayedOneIn === 0 && (await simulate(seed, computing)).hash !== hash) {
    found.push('a second run of the seed went another way');
  }
  const { program } = scenario;
  return { seed, program, problems: found, end, fired, events, ms, afterHealMs, mostLeases };
}
