import { drawDuration, type FaultType } from './fault-type.ts';

/** A worker's process, and its executors with it, is killed; what it held is gone. */
export interface WorkerCrash {
  readonly kind: 'workerCrash';
  readonly at: number;
  readonly worker: number;
  /** Until another one starts, with an empty directory; nothing: none ever does. */
  readonly downMs: number | undefined;
}

export const workerCrash: FaultType<WorkerCrash> = {
  kind: 'workerCrash',
  draw: (random, { disturbed }) => {
    const worker = random.pick(disturbed);
    // The first is always replaced: somebody must end the job.
    const stays = worker === disturbed[0] || random.chance(0.8);
    return { worker, downMs: stays ? drawDuration(random) : undefined };
  },
  strike: ({ worker, downMs }, { workers }, fired) => {
    if (workers[worker]?.crash({ downMs, keepsDisk: false }) === true) fired();
  },
  lastsMs: ({ downMs }) => downMs ?? 0,
};
