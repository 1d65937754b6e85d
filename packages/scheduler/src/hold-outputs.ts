import { parseAttemptId, type AttemptId } from '@mapreduce/protocol';
import { completeAttempt } from './completions.ts';
import { cancelLease, heldBy } from './leases.ts';
import { outputOf } from './map-outputs.ts';
import type { Commands, SchedulerState } from './state.ts';
import { winnerOf } from './winner.ts';
import type { Worker } from './worker.ts';

export interface HeldMap {
  readonly map: number;
  readonly attempt: AttemptId;
}

/**
 * A worker says which map outputs it serves. One that nobody was known to serve completes its map;
 * one that another worker served is served by this one from now on. A worker that drains completes no map
 * that runs elsewhere: that is for the time after it. What it does not name is not lost: a registration may
 * come late, from a time before it held that; what it no longer serves, whoever fetches it reports.
 */
export function holdOutputs(
  state: SchedulerState,
  worker: Worker,
  outputs: readonly HeldMap[],
  commands: Commands,
): void {
  for (const output of outputs) holdOutput(state, worker, output, commands);
}

function holdOutput(
  state: SchedulerState,
  worker: Worker,
  { map, attempt }: HeldMap,
  commands: Commands,
): void {
  const table = state.tasks.map;
  const { kind, index } = parseAttemptId(attempt);
  if (kind !== 'map' || index !== map || !table.has(map)) return;
  const lease = heldBy(worker, attempt);
  if (table.isCompleted(map)) {
    if (outputOf(state, map) !== attempt || table.holder(map) === worker.index) return;
    // What it was relieved of stays where it is; what its dead predecessor had comes with it.
    if (worker.draining && worker.predecessor?.index !== table.holder(map)) return;
    if (state.workers[table.holder(map)]?.draining === true) state.totals.moved++;
    state.held.remove(table.holder(map), map);
    state.suspicions.delete(map);
    table.move(map, worker.index);
  } else if (lease !== undefined) {
    completeAttempt(state, lease, commands);
    return;
  } else if (worker.draining && table.attempts(map).length > 0) {
    // It runs again elsewhere ahead of this worker's leave, and goes on.
    commands.push({ kind: 'mapRerunAhead', map, attempt, holder: worker.incarnation });
    return;
  } else {
    const winner = winnerOf(state, attempt);
    if (winner.number < 0) return;
    table.complete(map, winner, worker.index);
  }
  state.held.add(worker.index, map);
  commands.push({ kind: 'mapAvailable', map, attempt, holder: worker.incarnation });
  for (const loser of table.attempts(map)) cancelLease(state, loser, commands);
}
