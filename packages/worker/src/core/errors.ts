import type { AttemptError } from '@mapreduce/protocol';
import { DiskError } from '@mapreduce/service';

/** What was waited for is no longer wanted: the attempt, the session or the worker ended. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';

  constructor() {
    super('cancelled');
  }
}

/** The coordinator did not answer for so long that the worker gives up. */
export class CoordinatorLostError extends Error {
  override readonly name = 'CoordinatorLostError';
}

/** The worker cannot take part in this job, whatever it tries; the message says what to change. */
export class UnfitError extends Error {
  override readonly name = 'UnfitError';
}

/** An attempt ended without a result, for this reason. */
export class AttemptFailedError extends Error {
  override readonly name = 'AttemptFailedError';
  readonly error: AttemptError;

  constructor(error: AttemptError) {
    super(error.message);
    this.error = error;
  }
}

/**
 * What to report for an error that ended an attempt on the supervisor's side. A disk error below
 * `sinkDirectory` is the output's, any other the worker's own.
 */
export function attemptError(error: unknown, sinkDirectory?: string): AttemptError {
  if (error instanceof AttemptFailedError) return error.error;
  const message = (error instanceof Error ? error.message : String(error)).slice(0, 16_384);
  if (error instanceof DiskError) {
    const isOutput = sinkDirectory !== undefined && error.path.startsWith(sinkDirectory);
    return { kind: isOutput ? 'output' : 'disk', message };
  }
  // A fault of the worker itself: it must count, or it would be met again for ever.
  return { kind: 'exit', message: `internal error of the worker: ${message}` };
}
