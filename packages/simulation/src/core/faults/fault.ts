import type { SeededRandom } from '@mapreduce/service/virtual';

/** A worker's process, and its executors with it, is killed, and another is started in its place. */
export interface WorkerCrash {
  readonly kind: 'workerCrash';
  /** Virtual milliseconds from the start of the job. */
  readonly at: number;
  readonly worker: number;
  /** Until the new process starts. */
  readonly downMs: number;
  /** The host lost its power: what its disk had not synced is gone too. */
  readonly powerCut: boolean;
}

export type Fault = WorkerCrash;
export type FaultKind = Fault['kind'];

/** Every kind. A run in which one of them never struck has not tested what it says it has. */
export const faultKinds: readonly FaultKind[] = ['workerCrash'];

/** Draws the faults of one run: one worker crash, while the job is likely to run. */
export function drawFaults(
  random: SeededRandom,
  cluster: { readonly workers: number; readonly expectedMs: number },
): Fault[] {
  return [
    {
      kind: 'workerCrash',
      at: random.float() * cluster.expectedMs,
      worker: random.integer(0, cluster.workers - 1),
      downMs: random.pick([0, 50, 2_000, 15_000]),
      powerCut: random.chance(0.5),
    },
  ];
}
