import { cancelLease } from '../leases.ts';
import type { Commands, SchedulerState } from '../state.ts';
import { avoid } from './failure-limits.ts';
import type { Suspicion } from './fetch-failure.ts';
import { aliveBeside } from './placement.ts';

/**
 * Where one worker alone could not reach the holder, the link between the two may be cut. The map
 * must then run again on neither, where there is a third: else, with reduces that wait at both ends,
 * the outputs would only change sides. When the same worker cannot reach where the map ran next
 * either, the fault is likely its own: its reduces begin anew elsewhere, once each, and the map stays.
 *
 * @returns whether the reporter is to blame, and the output is to stay
 */
export function blameReporter(
  state: SchedulerState,
  map: number,
  { witnesses, reporters }: Suspicion,
  commands: Commands,
): boolean {
  if (witnesses.size > 1) return false;
  const waiting = [...reporters].filter(({ id }) => state.attempts.has(id));
  const witness = waiting[0]?.worker.index;
  if (witness === undefined) return false;
  const until = state.now + state.settings.workerTimeoutMs;
  const trouble = state.tasks.map.troubleOf(map);
  if (!trouble.avoid.includes(witness)) {
    const spared = new Set([...trouble.avoid, state.tasks.map.holder(map), witness]);
    if (aliveBeside(state, [...spared])) avoid(trouble, witness, until);
    return false;
  }
  const troubles = waiting.map(({ table, index }) => table.troubleOf(index));
  const mayMove = troubles.every(
    (own) => !own.avoid.includes(witness) && aliveBeside(state, [...own.avoid, witness]),
  );
  if (!mayMove) return false;
  for (const own of troubles) avoid(own, witness, until);
  for (const attempt of waiting) cancelLease(state, attempt, commands);
  return true;
}
