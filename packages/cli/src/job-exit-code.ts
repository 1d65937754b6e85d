import type { JobStatus } from '@mapreduce/protocol';
import { exitCodes, type ExitCode } from './exit-codes.ts';

/** What a command that ran a job ends with. */
export function jobExitCode({ state, error }: Pick<JobStatus, 'state' | 'error'>): ExitCode {
  if (state === 'succeeded') return exitCodes.done;
  if (state === 'cancelled') return exitCodes.cancelled;
  if (error?.cause.kind === 'timeout') return exitCodes.timedOut;
  return error !== undefined && isUsage(error) ? exitCodes.usage : exitCodes.failed;
}

/**
 * A program that cannot be loaded, and an output directory that no job can begin in, are as wrong
 * arguments as an input that cannot be read.
 */
function isUsage({ code, cause, task }: NonNullable<JobStatus['error']>): boolean {
  if (code === 'program') return task === 'describe';
  if (code === 'output') return task === undefined && cause.kind === 'output';
  return code === 'input';
}
