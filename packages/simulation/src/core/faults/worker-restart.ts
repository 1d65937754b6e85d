import { drawDuration, type FaultType } from './fault-type.ts';

/** A worker's process is killed, and starts again in the same directory. */
export interface WorkerRestart {
  readonly kind: 'workerRestart';
  readonly at: number;
  readonly worker: number;
  readonly downMs: number;
}

export const workerRestart: FaultType<WorkerRestart> = {
  kind: 'workerRestart',
  draw: (random, { disturbed }) => ({
    worker: random.pick(disturbed),
    downMs: drawDuration(random),
  }),
  strike: ({ worker, downMs }, { workers }, fired) => {
    if (workers[worker]?.crash({ downMs, keepsDisk: true }) === true) fired();
  },
  lastsMs: ({ downMs }) => downMs,
};
