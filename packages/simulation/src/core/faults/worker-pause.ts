import { drawDuration, type FaultType } from './fault-type.ts';

/** SIGSTOP, and later SIGCONT: a worker that was given up for dead goes on as if nothing were. */
export interface WorkerPause {
  readonly kind: 'workerPause';
  readonly at: number;
  readonly worker: number;
  readonly ms: number;
  /** The whole host stood still, not the supervisor alone. */
  readonly executorsToo: boolean;
}

export const workerPause: FaultType<WorkerPause> = {
  kind: 'workerPause',
  draw: (random, { disturbed }) => ({
    worker: random.pick(disturbed),
    ms: drawDuration(random),
    executorsToo: random.chance(0.5),
  }),
  strike: ({ worker, ms, executorsToo }, { workers }, fired) => {
    if (workers[worker]?.pause(ms, executorsToo) === true) fired();
  },
  lastsMs: ({ ms }) => ms,
};
