import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { paper } from '../figure3/scenario.ts';

/** What the command line asks for. */
export interface RunnerOptions {
  readonly first: number;
  readonly seeds: number;
  /** Processes that run seeds. */
  readonly workers: number;
  readonly log: boolean;
  readonly exhaustive: boolean;
  readonly figure3: boolean;
  /** Workers of the cluster in Figure 3. */
  readonly hosts: number;
}

/** Throws for what it does not understand. */
export function readOptions(args: readonly string[]): RunnerOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string' },
      seed: { type: 'string' },
      workers: { type: 'string' },
      log: { type: 'boolean', default: false },
      exhaustive: { type: 'boolean', default: false },
      figure3: { type: 'boolean', default: false },
      hosts: { type: 'string' },
    },
  });
  const { seed, seeds, workers, log, exhaustive, figure3, hosts } = values;
  return {
    first: wholeNumber('--seed', seed ?? '1', 0),
    seeds: wholeNumber('--seeds', seeds ?? (seed === undefined ? '100' : '1'), 1),
    workers: wholeNumber('--workers', workers ?? `${availableParallelism()}`, 1),
    log,
    exhaustive,
    figure3,
    // 10 is the least of which a share of 200 in 1,746 is one.
    hosts: wholeNumber('--hosts', hosts ?? `${paper.workers}`, 10),
  };
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new Error(`${name} ${text}: expected a whole number of at least ${least}`);
}
