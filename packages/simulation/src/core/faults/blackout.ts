import { drawDuration, type FaultType } from './fault-type.ts';

/** Every host and the shared file system lose their power: nothing that was not synced is left. */
export interface Blackout {
  readonly kind: 'blackout';
  readonly at: number;
  readonly downMs: number;
  /** Some of what was not synced is left, of each write its beginning. */
  readonly tears: boolean;
}

export const blackout: FaultType<Blackout> = {
  kind: 'blackout',
  draw: (random) => ({ downMs: drawDuration(random), tears: random.chance(0.5) }),
  strike: ({ downMs, tears }, cluster, fired) => {
    const crashed = [
      cluster.coordinator.crash({ downMs, keepsState: true }),
      ...cluster.workers.map((worker) => worker.crash({ downMs, keepsDisk: true })),
    ];
    cluster.losePower('/', tears);
    if (crashed.includes(true)) fired();
  },
  lastsMs: ({ downMs }) => downMs,
};
