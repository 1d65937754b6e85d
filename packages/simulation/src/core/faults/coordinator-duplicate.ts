import { drawDuration, type FaultType } from './fault-type.ts';

/** A second coordinator starts on the state of one that goes on, or that stands still meanwhile. */
export interface CoordinatorDuplicate {
  readonly kind: 'coordinatorDuplicate';
  readonly at: number;
  /** The first one stands still for so long. */
  readonly pausedMs: number;
  /** Workers reach the one and the other by turns of so long; 0: by chance. */
  readonly turnMs: number;
  /** Then the first one's process ends, if it has not seen itself that it must. */
  readonly bothMs: number;
}

export const coordinatorDuplicate: FaultType<CoordinatorDuplicate> = {
  kind: 'coordinatorDuplicate',
  draw: (random) => ({
    pausedMs: random.chance(0.5) ? 0 : drawDuration(random),
    turnMs: random.pick([0, 500, 5_000]),
    bothMs: drawDuration(random),
  }),
  strike: (fault, { coordinator }, fired) => {
    if (coordinator.duplicate(fault)) fired();
  },
  lastsMs: ({ pausedMs, bothMs }) => pausedMs + bothMs,
};
