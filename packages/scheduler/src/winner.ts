import { formatAttemptId, parseAttemptId, type AttemptId } from '@mapreduce/protocol';
import type { SchedulerState } from './state.ts';
import type { TaskTable, Winner } from './task-table.ts';
import type { Worker } from './worker.ts';

/** Who an attempt is, in the words of a task table; nobody where its epoch cannot be kept. */
export function winnerOf(state: SchedulerState, id: AttemptId): Winner {
  const { epoch, number } = parseAttemptId(id);
  const known = state.epochs.number(epoch);
  return known === undefined ? nobody : { epoch: known, number };
}

/** In place of a winner that nobody knows, or that does not matter. */
export const nobody: Winner = { epoch: 0, number: -1 };

/** The attempt that completed the task. */
export function winningAttempt(state: SchedulerState, table: TaskTable, index: number): AttemptId {
  const epoch = state.epochs.at(table.winnerEpoch(index));
  return formatAttemptId({ epoch, kind: table.kind, index, number: table.winner(index) });
}

/** Whether this attempt is the one that completed its task. */
export function hasWon(state: SchedulerState, id: AttemptId): boolean {
  const { epoch, kind, index, number } = parseAttemptId(id);
  const table = state.tasks[kind];
  return (
    table.has(index) &&
    table.isCompleted(index) &&
    table.winner(index) === number &&
    table.winnerEpoch(index) === state.epochs.find(epoch)
  );
}

/** Whether this attempt, run by this worker as far as anybody knows, completed its task. */
export function isWinner(state: SchedulerState, worker: Worker, id: AttemptId): boolean {
  const { kind, index } = parseAttemptId(id);
  const holder = state.tasks[kind].holder(index);
  return hasWon(state, id) && (holder === worker.index || holder === -1);
}
