import type { AttemptId, Incarnation } from '@mapreduce/protocol';
import { plan } from './phases.ts';
import type { Commands, SchedulerState } from './state.ts';
import { nobody, winnerOf } from './winner.ts';
import { expectWorker } from './workers.ts';

/** The last output of a map that has completed. */
export interface RestoredOutput {
  readonly map: number;
  readonly attempt: AttemptId;
  readonly holder: Incarnation;
  /** It was lost: the map is to run again, but reduces may have begun. */
  readonly isLost: boolean;
}

/** What an earlier life of the coordinator left. */
export interface Restored {
  readonly isDescribed: boolean;
  /** As in `planned`. */
  readonly plan?:
    { readonly maps: number; readonly samples: number; readonly backupTasks: boolean } | undefined;
  readonly isSampled: boolean;
  readonly outputs: Iterable<RestoredOutput>;
}

/**
 * Goes on where an earlier life stopped. The holders of outputs are taken for alive from now on, with
 * no slot until they register, and are given up for their silence like anybody else.
 */
export function restore(state: SchedulerState, restored: Restored, commands: Commands): void {
  if (state.phase !== 'describe') return;
  const { isDescribed, isSampled, outputs, plan: planned } = restored;
  if (isDescribed) state.tasks.describe.complete(0, nobody, -1);
  if (planned === undefined) return;
  plan(state, planned, commands);
  const { sample, map: maps } = state.tasks;
  if (isSampled) for (let i = 0; i < sample.size; i++) sample.complete(i, nobody, -1);
  for (const { map, attempt, holder, isLost } of outputs) {
    const worker = isLost ? undefined : expectWorker(state, holder);
    maps.complete(map, winnerOf(state, attempt), worker?.index ?? -1);
    if (worker === undefined) maps.lose(map);
    else state.held.add(worker.index, map);
  }
}
