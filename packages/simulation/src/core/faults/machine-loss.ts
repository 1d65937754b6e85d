import { drawDuration, type FaultType } from './fault-type.ts';

/** A worker's machine is gone, and the coordinator hears of it before the worker's silence tells. */
export interface MachineLoss {
  readonly kind: 'machineLoss';
  readonly at: number;
  readonly worker: number;
  /** Else the worker is only thought to be gone, and goes on. */
  readonly isGone: boolean;
  readonly downMs: number;
}

export const machineLoss: FaultType<MachineLoss> = {
  kind: 'machineLoss',
  draw: (random, { disturbed }) => ({
    worker: random.pick(disturbed),
    isGone: random.chance(0.7),
    downMs: drawDuration(random),
  }),
  strike: ({ worker, isGone, downMs }, { operator, workers }, fired) => {
    const host = workers[worker];
    if (host === undefined) return;
    if (isGone) host.crash({ downMs, keepsDisk: false });
    void operator.lose(host, fired);
  },
  lastsMs: ({ downMs }) => downMs,
};
