import { simulate } from '../core/simulate.ts';
import type { SeedOutcome } from '../core/summary.ts';
import { computing } from './computing.ts';

/** Of so many seeds these run twice, one of each kind. */
const replayed = { of: 300, turns: [1, 125, 250] } as const;

/** Whether it runs twice: what differs then is not simulated but left to chance. */
export function isReplayed(seed: number): boolean {
  return replayed.turns.some((turn) => seed % replayed.of === turn);
}

/** Runs a seed, and measures how long it takes. */
export async function runSeed(seed: number): Promise<SeedOutcome> {
  const started = performance.now();
  const result = await simulate(seed, computing);
  const { scenario, problems, end, fired, hash, events, afterHealMs, mostLeases } = result;
  const ms = performance.now() - started;
  const found = [...problems];
  if (isReplayed(seed) && (await simulate(seed, computing)).hash !== hash) {
    found.push('a second run of the seed went another way');
  }
  const { program } = scenario;
  return { seed, program, problems: found, end, fired, events, ms, afterHealMs, mostLeases };
}
