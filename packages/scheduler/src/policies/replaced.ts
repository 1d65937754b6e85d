import type { Incarnation } from '@mapreduce/protocol';
import type { Commands, SchedulerState } from '../state.ts';
import type { Worker } from '../worker.ts';
import { aliveWorker, hear, join } from '../workers.ts';
import { endLeases, endWorker } from './expiry.ts';

/**
 * A worker is known to be dead before its silence tells: it has vanished under its tasks, which go
 * back to idle at once. What it holds may lie unharmed in the directory that its successor looks
 * through. So it counts as holder, without a slot, as long as that one keeps offering what it has
 * found, with no pause longer than a silence; where it holds nothing, it is lost at once.
 */
export function replaceWorker(
  state: SchedulerState,
  worker: Worker,
  by: Incarnation,
  commands: Commands,
): void {
  if (state.held.firstOf(worker.index) === undefined) {
    commands.push({ kind: 'workerLost', worker: worker.incarnation });
    endWorker(state, worker, 'lost', commands);
    return;
  }
  endLeases(state, worker, 'lost', commands);
  join(state, worker.incarnation, 0);
  worker.isReplaced = true;
  const successor = aliveWorker(state, by);
  if (successor !== undefined) successor.predecessor = worker;
}

/** The worker has offered some of what its predecessor held: the rest is waited for anew. */
export function awaitRest(state: SchedulerState, { predecessor }: Worker): void {
  if (predecessor?.state === 'alive') hear(state, predecessor);
}
