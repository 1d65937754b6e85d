import { availableParallelism } from 'node:os';
import type { Format } from '@mapreduce/protocol';
import { jobLimits } from '@mapreduce/protocol/plain';
import { CliError } from '../exit-codes.ts';
import { formatDuration } from '../values/duration.ts';
import { formatSize } from '../values/size.ts';

/** The options of `mapreduce run`. Sizes in bytes, times in milliseconds. */
export interface RunOptions {
  readonly output: string;
  readonly reducers: number;
  readonly workers: number;
  readonly slots: number;
  readonly splitSize: number;
  readonly memory: number;
  readonly taskTimeout: number;
  readonly skipBadRecords: number;
  readonly format: Format;
  readonly overwrite: boolean;
  readonly keep: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly fsync: boolean;
}

type Optional = 'reducers' | 'workers' | 'overwrite' | 'keep' | 'json' | 'quiet';

/** The flags as they were given: those without a fixed default may be absent. */
export type RunFlags = Omit<RunOptions, Optional> & Partial<Pick<RunOptions, Optional>>;

/** Of worker processes, and of the tasks that one runs at once. */
export const processLimits = { min: 1, max: 256 };

/** Fills in what was not given, and refuses what no job can have, each fault on a line. */
export function runOptions(flags: RunFlags): RunOptions {
  const workers = flags.workers ?? Math.min(8, Math.max(2, availableParallelism()));
  const options = {
    ...{ overwrite: false, keep: false, json: false, quiet: false },
    ...flags,
    ...{ workers, reducers: flags.reducers ?? workers * flags.slots },
  };
  const faults = [
    // One a slot, where nothing is said, is within its limits if workers and slots are.
    outside('--reducers', flags.reducers ?? jobLimits.reducers.min, jobLimits.reducers),
    outside('--workers', options.workers, processLimits),
    outside('--slots', options.slots, processLimits),
    outside('--split-size', options.splitSize, jobLimits.splitSize, formatSize),
    outside('--memory', options.memory, jobLimits.memory, formatSize),
    outside('--task-timeout', options.taskTimeout, jobLimits.taskTimeoutMs, formatDuration),
    outside('--skip-bad-records', options.skipBadRecords, jobLimits.skipBadRecords),
  ].filter((fault) => fault !== undefined);
  if (options.json && options.quiet) faults.push('--json and --quiet: give one of them');
  if (faults.length > 0) throw new CliError(faults.join('\n'));
  return options;
}

function outside(
  flag: string,
  value: number,
  { min, max }: { readonly min: number; readonly max: number },
  format: (value: number) => string = String,
): string | undefined {
  if (value >= min && value <= max) return undefined;
  return `${flag} ${format(value)}: expected ${format(min)} to ${format(max)}`;
}
