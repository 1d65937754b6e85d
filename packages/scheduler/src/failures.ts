import type { AttemptError } from '@mapreduce/protocol';
import type { Attempt } from './attempt.ts';
import { endJob } from './job-end.ts';
import { endLease } from './leases.ts';
import { counts, judgeFailure, recordFailure, UNFIT_MS } from './policies/failure-limits.ts';
import { aliveBeside } from './policies/placement.ts';
import type { Commands, SchedulerState } from './state.ts';
import { markUnfit } from './workers.ts';

/** An attempt that held its lease ended without a result. */
export function failAttempt(
  state: SchedulerState,
  attempt: Attempt,
  error: AttemptError,
  commands: Commands,
): void {
  const { table, index, worker } = attempt;
  if (!counts(error.kind)) {
    endLease(state, attempt);
    return;
  }
  state.totals.failed++;
  const { settings, now } = state;
  const trouble = table.troubleOf(index);
  const avoidUntil = now + settings.workerTimeoutMs;
  recordFailure(trouble, error.kind, worker.index, { now, avoidUntil });
  if (error.kind === 'disk') markUnfit(state, worker, now + UNFIT_MS);
  endLease(state, attempt);
  const elsewhere = aliveBeside(state, trouble.failedOn);
  const limit = judgeFailure(table.kind, error, trouble, settings, elsewhere);
  if (limit === 'retry') return;
  endJob(state, 'failed');
  commands.push({ kind: 'jobFailed', task: table.taskId(index), error, limit });
}
