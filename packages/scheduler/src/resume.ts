import { parseAttemptId, type AttemptId, type Progress } from '@mapreduce/protocol';
import { cancelLease, resumeLease } from './leases.ts';
import type { Commands, SchedulerState } from './state.ts';
import { hasWon } from './winner.ts';
import type { Worker } from './worker.ts';

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
 * gives way to it, since that has come less far.
 */
export function resumeAttempt(
  state: SchedulerState,
  worker: Worker,
  { attempt: id, progress }: { readonly attempt: AttemptId; readonly progress: Progress },
  commands: Commands,
): void {
  const live = state.attempts.get(id);
  if (live?.worker === worker || (live === undefined && hasWon(state, id))) return;
  if (live !== undefined || !mayResume(state, worker, id)) {
    commands.push({ kind: 'cancelAttempt', worker: worker.incarnation, attempt: id });
    return;
  }
  const { kind, index } = parseAttemptId(id);
  const table = state.tasks[kind];
  for (const newer of table.attempts(index)) cancelLease(state, newer, commands);
  table.queue.drop(index);
  resumeLease(state, table, index, worker, { id, progress });
}

function mayResume(state: SchedulerState, worker: Worker, id: AttemptId): boolean {
  const { kind, index } = parseAttemptId(id);
  const table = state.tasks[kind];
  const allowed: readonly SchedulerState['phase'][] = phases[kind];
  if (!allowed.includes(state.phase) || !table.has(index) || table.isCompleted(index)) return false;
  if (worker.attempts.size >= worker.slots) return false;
  return table.attempts(index).every(({ resumed }) => !resumed);
}
