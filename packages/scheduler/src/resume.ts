import { parseAttemptId, type AttemptId, type Progress, type TaskKind } from '@mapreduce/protocol';
import { rerunAhead } from './draining.ts';
import { cancelLease, liveAttempt, resumeLease } from './leases.ts';
import type { Commands, SchedulerState } from './state.ts';
import { hasWon } from './winner.ts';
import type { Worker } from './worker.ts';
import { fitSlots } from './workers.ts';

/** In which phase an attempt of an earlier epoch may go on, by kind. */
const phases = {
  describe: ['describe'],
  sample: ['sample'],
  map: ['map', 'reduce'],
  reduce: ['reduce'],
} as const satisfies Record<string, readonly SchedulerState['phase'][]>;

/**
 * The worker still runs an attempt that an earlier life leased to it: it goes on under a lease with
 * that very id, unless its task is done or in progress elsewhere. An attempt leased since the restart
 * gives way to it, since that has come less far. A map whose holder drains, or has not come yet to say that
 * it does not, runs again ahead of its leave: it was for that, most likely, that it was leased.
 */
export function resumeAttempt(
  state: SchedulerState,
  worker: Worker,
  { attempt: id, progress }: { readonly attempt: AttemptId; readonly progress: Progress },
  commands: Commands,
): void {
  const live = liveAttempt(state, id);
  if (live?.worker === worker || (live === undefined && hasWon(state, id))) return;
  if (live !== undefined || !mayResume(state, worker, id)) {
    commands.push({ kind: 'cancelAttempt', worker: worker.incarnation, attempt: id });
    return;
  }
  const { kind, index } = parseAttemptId(id);
  const table = state.tasks[kind];
  if (table.isCompleted(index)) {
    const holder = state.workers[table.holder(index)];
    if (holder !== undefined) rerunAhead(state, holder, [index], commands);
  }
  for (const newer of table.attempts(index)) cancelLease(state, newer, commands);
  table.queue.drop(index);
  resumeLease(state, table, index, worker, { id, progress });
  fitSlots(state, worker);
}

function mayResume(state: SchedulerState, worker: Worker, id: AttemptId): boolean {
  const { kind, index } = parseAttemptId(id);
  const table = state.tasks[kind];
  const allowed: readonly SchedulerState['phase'][] = phases[kind];
  if (!allowed.includes(state.phase) || !table.has(index)) return false;
  if (table.isCompleted(index) && !mayRunAgain(state, worker, kind, index)) return false;
  if (worker.attempts.length >= worker.ownSlots) return false;
  return table.attempts(index).every(({ resumed }) => !resumed);
}

function mayRunAgain(state: SchedulerState, worker: Worker, kind: TaskKind, index: number) {
  if (kind !== 'map') return false;
  const holder = state.workers[state.tasks.map.holder(index)];
  if (holder === undefined || holder === worker || holder.isReplaced) return false;
  return holder.draining || holder.isExpected;
}
