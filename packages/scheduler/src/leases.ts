import {
  formatAttemptId,
  parseAttemptId,
  type AttemptId,
  type Progress,
} from '@mapreduce/protocol';
import { Attempt, type LeaseTerms } from './attempt.ts';
import type { LostReason } from './events.ts';
import type { Commands, SchedulerState } from './state.ts';
import type { TaskTable } from './task-table.ts';
import { winnerOf } from './winner.ts';
import type { Worker } from './worker.ts';
import { aliveWorker, fitSlots, updateOffer } from './workers.ts';

/** Leases an attempt at the task, which is idle (and out of its queue) or gets a backup. */
export function openLease(
  state: SchedulerState,
  table: TaskTable,
  index: number,
  worker: Worker,
  commands: Commands,
): Attempt {
  const backup = !table.isIdle(index);
  const number = table.nextNumber(index);
  const { kind } = table;
  const epoch = state.epochs.currentNumber;
  const id = formatAttemptId({ epoch: state.epochs.current, kind, index, number });
  const { now: leasedAt } = state;
  const terms = { id, table, index, number, epoch, worker, backup, leasedAt, resumed: false };
  const attempt = begin(state, terms, undefined);
  worker.offered--;
  updateOffer(state, worker);
  state.totals.started++;
  if (backup) {
    state.totals.backup++;
    state.liveBackups++;
  }
  const task = table.taskId(index);
  commands.push({ kind: 'lease', worker: worker.incarnation, attempt: attempt.id, task, backup });
  return attempt;
}

/** Leases a task that is idle to the worker that runs this attempt at it since an earlier life. */
export function resumeLease(
  state: SchedulerState,
  table: TaskTable,
  index: number,
  worker: Worker,
  { id, progress }: { readonly id: AttemptId; readonly progress: Progress },
): void {
  const { now: leasedAt } = state;
  const given = { id, table, index, worker, leasedAt, backup: false, resumed: true };
  begin(state, { ...given, ...winnerOf(state, id) }, progress);
  updateOffer(state, worker);
}

function begin(state: SchedulerState, terms: LeaseTerms, progress: Progress | undefined): Attempt {
  const attempt = new Attempt(terms, progress);
  const { table, worker } = attempt;
  table.open(attempt);
  state.attempts.moveToEnd(attempt.place);
  worker.attempts = [...worker.attempts, attempt];
  return attempt;
}

/**
 * Ends a lease, however it came to its end. A task that is not completed and has no other attempt
 * goes back to idle; a grant passes on to whoever asks next.
 */
export function endLease(state: SchedulerState, attempt: Attempt): void {
  attempt.table.close(attempt);
  state.attempts.remove(attempt.place);
  const { worker } = attempt;
  worker.attempts = worker.attempts.filter((other) => other !== attempt);
  if (attempt.backup) state.liveBackups--;
  if (state.grants.get(attempt.index) === attempt) state.grants.delete(attempt.index);
  fitSlots(state, worker);
  updateOffer(state, worker);
}

/** Ends a lease whose worker is still to hear of it; counts it as lost where that has a reason. */
export function cancelLease(
  state: SchedulerState,
  attempt: Attempt,
  commands: Commands,
  lost?: LostReason,
): void {
  if (lost !== undefined) state.totals.lost++;
  endLease(state, attempt);
  const { worker, id } = attempt;
  const cancel = { kind: 'cancelAttempt', worker: worker.incarnation, attempt: id } as const;
  commands.push(lost === undefined ? cancel : { ...cancel, lost });
}

/** The lease that this worker holds on this attempt, if it does. */
export function leaseOf(
  state: SchedulerState,
  { worker, attempt }: { readonly worker: string; readonly attempt: string },
): Attempt | undefined {
  return heldBy(aliveWorker(state, worker), attempt);
}

/** The same, where the worker is at hand. */
export function heldBy(worker: Worker | undefined, attempt: string): Attempt | undefined {
  return worker?.attempts.find(({ id }) => id === attempt);
}

/** The live attempt of this id, whoever runs it. */
export function liveAttempt(state: SchedulerState, attempt: AttemptId): Attempt | undefined {
  const { kind, index } = parseAttemptId(attempt);
  return state.tasks[kind].attempts(index).find(({ id }) => id === attempt);
}
