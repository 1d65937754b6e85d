import type { Commands, SchedulerState } from './state.ts';
import { cancelLease } from './leases.ts';
import { outputOf } from './map-outputs.ts';
import { timeLeft } from './policies/backup-tasks.ts';
import type { Worker } from './worker.ts';
import { withdrawSlots } from './workers.ts';

/**
 * A worker is to leave within `graceMs`: it is leased nothing any more, and what it runs goes back to
 * idle where it would hardly end in time, by its own rate of progress.
 */
export function drainWorker(
  state: SchedulerState,
  worker: Worker,
  graceMs: number,
  commands: Commands,
): void {
  withdrawSlots(state, worker);
  for (const attempt of worker.attempts) {
    if (timeLeft(attempt, state.now - attempt.leasedAt) <= graceMs) continue;
    cancelLease(state, attempt, commands, 'worker-left');
  }
}

/**
 * Nobody can take over these outputs before their holder leaves: the maps are idle from now on. The
 * holder serves them until then, so no reduce has to wait; should it be relieved of one after all,
 * that completes the map again.
 */
export function rerunAhead(
  state: SchedulerState,
  worker: Worker,
  maps: readonly number[],
  commands: Commands,
): void {
  const table = state.tasks.map;
  for (const map of maps) {
    if (!table.has(map) || !table.isCompleted(map) || table.holder(map) !== worker.index) continue;
    const attempt = outputOf(state, map);
    state.held.remove(worker.index, map);
    state.suspicions.delete(map);
    table.lose(map);
    state.totals.rerunAhead++;
    commands.push({ kind: 'mapRerunAhead', map, attempt, holder: worker.incarnation });
  }
}
