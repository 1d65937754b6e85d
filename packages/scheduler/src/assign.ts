import type { TaskKind } from '@mapreduce/protocol';
import { openLease } from './leases.ts';
import { mayRun } from './policies/placement.ts';
import { COMMANDS_A_STEP, type Commands, type SchedulerState } from './state.ts';
import type { Worker } from './worker.ts';
import { offer } from './workers.ts';

/** What may be leased in each phase, what is needed first in front. */
const leasable = {
  describe: ['describe'],
  sample: ['sample'],
  map: ['map'],
  // A lost map holds up every reduce that waits for it.
  reduce: ['map', 'reduce'],
  finish: [],
} as const satisfies Record<string, readonly TaskKind[]>;

export function hasIdleTasks(state: SchedulerState): boolean {
  return leasable[state.phase].some((kind) => state.tasks[kind].idle > 0);
}

/** Whether it is too early to lease anything. */
export function leasesAreHeld(state: SchedulerState): boolean {
  return state.now < state.leasesFrom;
}

/**
 * Leases idle tasks to waiting workers: one a turn, so that few tasks spread over many workers.
 * A worker that was leased anything has its answer; what it asked for beyond that lapses.
 */
export function assign(state: SchedulerState, commands: Commands): void {
  if (leasesAreHeld(state)) return;
  const answered: Worker[] = [];
  let node = state.waiting.first;
  while (node !== undefined && hasIdleTasks(state)) {
    if (commands.length >= COMMANDS_A_STEP) {
      state.backlog = true;
      break;
    }
    const worker = node.value;
    const { next } = node;
    if (assignOne(state, worker, commands)) {
      answered.push(worker);
      if (node.linked) state.waiting.moveToEnd(node);
      // The last in the list, if it has room left, is its own successor.
      node = next ?? (node.linked ? node : undefined);
    } else {
      node = next;
    }
  }
  for (const worker of answered) offer(state, worker, 0);
}

function assignOne(state: SchedulerState, worker: Worker, commands: Commands): boolean {
  for (const kind of leasable[state.phase]) {
    const table = state.tasks[kind];
    if (table.idle === 0) continue;
    const index = table.queue.take((task) => mayRun(state, table, task, worker));
    if (index === undefined) continue;
    openLease(state, table, index, worker, commands);
    return true;
  }
  return false;
}
