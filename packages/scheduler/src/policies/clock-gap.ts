import type { SchedulerState } from '../state.ts';

/** A tick is due at least so often, in milliseconds: by its absence a pause is noticed. */
export const TICK_MS = 1_000;

/** An event that comes so much later than a tick was due tells that the process stood still. */
export const PAUSE_MS = 2_000;

/**
 * The clock that leases run by. It stands still while the coordinator does, so that heartbeats
 * which waited in its sockets meanwhile are heard before anyone is given up.
 */
export function leaseClock(state: SchedulerState): number {
  return state.now - state.pausedMs;
}

/** Moves the clocks on to `at`, given when a tick was `due`. The clock never runs backwards. */
export function advanceClock(state: SchedulerState, at: number, due: number): void {
  state.now = Math.max(state.now, at);
  const late = state.now - due;
  if (late <= PAUSE_MS) return;
  state.pausedMs += late;
  state.lastTick = state.now;
}
