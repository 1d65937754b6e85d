import { parseAttemptId, sameEpoch, type AttemptId } from '@mapreduce/protocol';
import type { SchedulerState } from './state.ts';
import type { Worker } from './worker.ts';

/** The number that an attempt id carries, if it is of this epoch; -1 if it is not. */
export function numberInEpoch(state: SchedulerState, id: AttemptId): number {
  const { epoch, number } = parseAttemptId(id);
  return sameEpoch(epoch, state.settings.epoch) ? number : -1;
}

/** Whether this attempt, run by this worker, is the one that completed its task. */
export function isWinner(state: SchedulerState, worker: Worker, id: AttemptId): boolean {
  const { epoch, kind, index, number } = parseAttemptId(id);
  const table = state.tasks[kind];
  return (
    sameEpoch(epoch, state.settings.epoch) &&
    table.has(index) &&
    table.isCompleted(index) &&
    table.winner(index) === number &&
    table.holder(index) === worker.index
  );
}
