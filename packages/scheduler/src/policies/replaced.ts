import type { Commands, SchedulerState } from '../state.ts';
import type { Worker } from '../worker.ts';
import { join } from '../workers.ts';
import { endLeases, endWorker } from './expiry.ts';

/**
 * A worker is known to be dead before its silence tells: it has vanished under its tasks, which go
 * back to idle at once. What it holds may lie unharmed in the directory that another worker has
 * taken over and looks through. So it counts as holder, without a slot, until that one has offered
 * it or the time of a silence has passed; where it holds nothing, it is lost at once.
 */
export function replaceWorker(state: SchedulerState, worker: Worker, commands: Commands): void {
  if (state.held.firstOf(worker.index) === undefined) {
    commands.push({ kind: 'workerLost', worker: worker.incarnation });
    endWorker(state, worker, 'lost', commands);
    return;
  }
  endLeases(state, worker, 'lost', commands);
  join(state, worker.incarnation, 0);
}
