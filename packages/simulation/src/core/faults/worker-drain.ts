import { drawDuration, type FaultType } from './fault-type.ts';

/** SIGTERM: a worker is to leave in good order. Another one starts later. */
export interface WorkerDrain {
  readonly kind: 'workerDrain';
  readonly at: number;
  readonly worker: number;
  readonly downMs: number;
}

export const workerDrain: FaultType<WorkerDrain> = {
  kind: 'workerDrain',
  draw: (random, { disturbed }) => ({
    worker: random.pick(disturbed),
    downMs: drawDuration(random),
  }),
  strike: ({ worker, downMs }, { workers }, fired) => {
    if (workers[worker]?.drain(downMs) === true) fired();
  },
  lastsMs: ({ downMs }) => downMs,
};
