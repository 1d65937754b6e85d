import type { Attempt } from '../attempt.ts';
import { cancelLease } from '../leases.ts';
import type { Commands, SchedulerState } from '../state.ts';
import { avoid } from './failure-limits.ts';
import type { Suspicion } from './fetch-failure.ts';
import { aliveBeside } from './placement.ts';

/**
 * Whose fault it is that a map's output could not be had.
 *
 * A worker that says so for the first time is believed: the output is `lost`. Where it is the only one, the
 * link between the two may be cut. The map must then run again on neither, where there is a third: else,
 * with reduces that wait at both ends, the outputs would only change sides.
 *
 * Workers that could not have an earlier output of the map either are likely at fault themselves. Their
 * reduces begin anew elsewhere, once each, and the output stays: `moved`. Reduces that have no other worker
 * to go to are `stuck`: the map may run again for them, but not each time that they say so.
 */
export function blameReporters(
  state: SchedulerState,
  map: number,
  { witnesses, reporters }: Suspicion,
  commands: Commands,
): 'lost' | 'moved' | 'stuck' {
  const { map: maps } = state.tasks;
  const trouble = maps.troubleOf(map);
  const until = state.now + state.settings.workerTimeoutMs;
  const fresh = [...witnesses].filter((witness) => !trouble.missedBy.includes(witness));
  if (fresh.length > 0) {
    trouble.missedBy.push(...fresh);
    const [witness = -1] = fresh;
    const spared = new Set([...trouble.avoid, maps.holder(map), witness]);
    if (witnesses.size === 1 && aliveBeside(state, [...spared])) avoid(trouble, witness, until);
    return 'lost';
  }
  const movable = [...reporters].filter((attempt) => mayMove(state, attempt, witnesses));
  for (const attempt of movable) {
    const own = attempt.table.troubleOf(attempt.index);
    for (const witness of witnesses) avoid(own, witness, until);
    cancelLease(state, attempt, commands);
  }
  return movable.length > 0 ? 'moved' : 'stuck';
}

/** Whether the attempt runs, its task has not moved before, and there is a worker beside the witnesses. */
function mayMove(
  state: SchedulerState,
  { isLive, table, index, worker }: Attempt,
  witnesses: ReadonlySet<number>,
): boolean {
  if (!isLive) return false;
  const { avoid: avoided } = table.troubleOf(index);
  const elsewhere = new Set([...avoided, ...witnesses]);
  return !avoided.includes(worker.index) && aliveBeside(state, [...elsewhere]);
}
