import type { JobStatus } from '@mapreduce/protocol';
import { exitCodes, type ExitCode } from './exit-codes.ts';

/** What a command that ran a job ends with. */
export function jobExitCode({ state, error }: Pick<JobStatus, 'state' | 'error'>): ExitCode {
  if (state === 'succeeded') return exitCodes.done;
  if (state === 'cancelled') return exitCodes.cancelled;
  if (error?.cause.kind === 'timeout') return exitCodes.timedOut;
  // A program that cannot be loaded is as wrong an argument as an input that cannot be read.
  const unloadable = error?.code === 'program' && error.task === 'describe';
  return error?.code === 'input' || unloadable ? exitCodes.usage : exitCodes.failed;
}
