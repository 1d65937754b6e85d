import { formatAttemptId, type AttemptId, type Progress } from '@mapreduce/protocol';
import type { Attempt } from './attempt.ts';
import type { LostReason } from './events.ts';
import type { Commands, SchedulerState } from './state.ts';
import type { TaskTable } from './task-table.ts';
import { winnerOf } from './winner.ts';
import type { Worker } from './worker.ts';
import { fitSlots, updateOffer } from './workers.ts';

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
  const given = { id, table, index, number, epoch, worker, backup, resumed: false };
  const attempt: Attempt = { ...given, ...begunAt(state.now), progress: undefined };
  begin(state, attempt);
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
  const given = { id, table, index, ...winnerOf(state, id), worker, backup: false, resumed: true };
  begin(state, { ...given, ...begunAt(state.now), progress });
  updateOffer(state, worker);
}

function begunAt(now: number) {
  return { leasedAt: now, renewedAt: now, missed: 0, progressAt: now };
}

function begin(state: SchedulerState, attempt: Attempt): void {
  attempt.table.open(attempt);
  state.attempts.set(attempt.id, attempt);
  attempt.worker.attempts.add(attempt);
}

/**
 * Ends a lease, however it came to its end. A task that is not completed and has no other attempt
 * goes back to idle; a grant passes on to whoever asks next.
 */
export function endLease(state: SchedulerState, attempt: Attempt): void {
  attempt.table.close(attempt);
  state.attempts.delete(attempt.id);
  attempt.worker.attempts.delete(attempt);
  if (attempt.backup) state.liveBackups--;
  if (state.grants.get(attempt.index) === attempt) state.grants.delete(attempt.index);
  fitSlots(state, attempt.worker);
  updateOffer(state, attempt.worker);
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
  const lease = state.attempts.get(attempt);
  return lease?.worker.incarnation === worker ? lease : undefined;
}
