import type { SchedulerState } from '../state.ts';
import type { TaskTable } from '../task-table.ts';
import type { Worker } from '../worker.ts';
import { stayingWorkers } from '../workers.ts';

/**
 * Whether this worker may be given this task now. A worker that the task failed on, or that lost
 * its output, is passed over while there is another; but for `workerTimeoutMs` only, as the other
 * may be busy for long. The attempt that could use up the last failure waits for another worker
 * without end, so that no single host can fail a job. Where there is no other, a task that met a full
 * disk rests a little: the others may be about to register, or the disk about to be cleared.
 */
export function mayRun(
  state: SchedulerState,
  table: TaskTable,
  index: number,
  worker: Worker,
): boolean {
  const trouble = table.trouble(index);
  if (!trouble?.avoid.includes(worker.index)) return true;
  const { avoid, avoidUntil, failedOn, failures, restUntil } = trouble;
  const oneHost = failedOn.length === 1 && failedOn[0] === worker.index;
  const isLast = failures >= state.settings.maxFailures - 1;
  // Also where all others are to be spared: they have lost its output, but it has not failed on them.
  if (oneHost && isLast && aliveBeside(state, failedOn)) return false;
  return state.now >= (aliveBeside(state, avoid) ? avoidUntil : restUntil);
}

/** Whether a live worker exists that is not among these and is not about to leave. */
export function aliveBeside(state: SchedulerState, workers: readonly number[]): boolean {
  let among = 0;
  for (const index of workers) {
    const worker = state.workers[index];
    if (worker?.state === 'alive' && !worker.draining) among++;
  }
  return stayingWorkers(state) > among;
}
