import { drawDuration, type FaultType } from './fault-type.ts';

/** The coordinator's process is killed, and another one starts. */
export interface CoordinatorCrash {
  readonly kind: 'coordinatorCrash';
  readonly at: number;
  readonly downMs: number;
  /** Without its state directory the next one is of a new generation, which plans anew. */
  readonly keepsState: boolean;
}

export const coordinatorCrash: FaultType<CoordinatorCrash> = {
  kind: 'coordinatorCrash',
  draw: (random) => ({ downMs: drawDuration(random), keepsState: random.chance(0.75) }),
  strike: ({ downMs, keepsState }, { coordinator }, fired) => {
    if (coordinator.crash({ downMs, keepsState })) fired();
  },
  lastsMs: ({ downMs }) => downMs,
};
