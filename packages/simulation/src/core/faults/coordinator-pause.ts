import { drawDuration, type FaultType } from './fault-type.ts';

/** SIGSTOP of the coordinator, and later SIGCONT. */
export interface CoordinatorPause {
  readonly kind: 'coordinatorPause';
  readonly at: number;
  readonly ms: number;
}

export const coordinatorPause: FaultType<CoordinatorPause> = {
  kind: 'coordinatorPause',
  draw: (random) => ({ ms: drawDuration(random) }),
  strike: ({ ms }, { coordinator }, fired) => {
    if (coordinator.pause(ms)) fired();
  },
  lastsMs: ({ ms }) => ms,
};
