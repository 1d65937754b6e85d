import type { AttemptId } from '@mapreduce/protocol';
import type { Attempt } from './attempt.ts';
import { cancelLease, endLease, liveAttempt } from './leases.ts';
import type { Commands, SchedulerState } from './state.ts';
import { winnerOf } from './winner.ts';

/**
 * A describe, sample or map attempt that holds its lease has succeeded; other attempts at the task
 * can no longer win. Whoever holds no lease changes nothing: an attempt that was given up is not
 * welcome back even while its task is undone, for its worker may have deleted what it made.
 */
export function completeAttempt(state: SchedulerState, winner: Attempt, commands: Commands): void {
  const { table, index, worker } = winner;
  table.complete(index, winner, worker.index);
  table.durations.add(state.now - winner.leasedAt);
  worker.tasksCompleted++;
  endLease(state, winner);
  if (table.kind === 'map') {
    state.held.add(worker.index, index);
    commands.push({
      kind: 'mapAvailable',
      map: index,
      attempt: winner.id,
      holder: worker.incarnation,
    });
  }
  for (const loser of table.attempts(index)) cancelLease(state, loser, commands);
}

/** A commit record exists: it is the truth, whichever attempt it names and whatever its lease. */
export function completeReduce(
  state: SchedulerState,
  partition: number,
  committed: AttemptId,
  commands: Commands,
): void {
  const table = state.tasks.reduce;
  if (!table.has(partition) || table.isCompleted(partition)) return;
  const winner = liveAttempt(state, committed);
  if (winner?.table === table && winner.index === partition) {
    completeAttempt(state, winner, commands);
    return;
  }
  table.complete(partition, winnerOf(state, committed), -1);
  for (const loser of table.attempts(partition)) cancelLease(state, loser, commands);
}
