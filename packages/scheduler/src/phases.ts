import { HeldMaps } from './held-maps.ts';
import { endJob } from './job-end.ts';
import { cancelLease } from './leases.ts';
import type { Commands, SchedulerState } from './state.ts';
import { TaskTable } from './task-table.ts';
import { nobody } from './winner.ts';

/** The coordinator has cut the input. Whatever still describes the program is no longer needed. */
export function plan(
  state: SchedulerState,
  planned: { readonly maps: number; readonly samples: number; readonly backupTasks: boolean },
  commands: Commands,
): void {
  if (state.phase !== 'describe') return;
  const { describe } = state.tasks;
  if (!describe.isCompleted(0)) describe.complete(0, nobody, -1);
  for (const attempt of describe.attempts(0)) cancelLease(state, attempt, commands);
  state.tasks.sample = new TaskTable('sample', planned.samples);
  state.tasks.map = new TaskTable('map', planned.maps);
  state.held = new HeldMaps(planned.maps);
  state.backupTasks = planned.backupTasks;
  enter(state, planned.samples > 0 ? 'sample' : 'map', commands);
}

/** Moves on through every phase that is complete. */
export function advancePhase(state: SchedulerState, commands: Commands): void {
  const { sample, map, reduce } = state.tasks;
  if (state.phase === 'sample' && sample.everCompleted === sample.size) {
    enter(state, 'map', commands);
  }
  if (state.phase === 'map' && map.everCompleted === map.size) enter(state, 'reduce', commands);
  // With the journal gone, parts may be committed before it is known what they were made of.
  if (state.phase !== 'reduce' || reduce.completed < reduce.size) return;
  enter(state, 'finish', commands);
  endJob(state, 'succeeded');
  commands.push({ kind: 'allReduced' });
}

function enter(
  state: SchedulerState,
  phase: 'sample' | 'map' | 'reduce' | 'finish',
  commands: Commands,
): void {
  state.phase = phase;
  commands.push({ kind: 'phaseChanged', phase });
}
