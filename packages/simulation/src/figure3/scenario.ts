/** What goes wrong in a run. */
export type Disturbance =
  | { readonly kind: 'none' }
  /** So many workers are killed; each starts again after `downMs`, or never, its disk being lost. */
  | {
      readonly kind: 'killed';
      readonly workers: number;
      readonly atMs: number;
      readonly downMs: number | undefined;
    }
  /** The tasks of one worker take so many times as long. */
  | { readonly kind: 'straggler'; readonly times: number };

/** A cluster and a job on it, in sizes and rates. */
export interface Figure3Scenario {
  readonly seed: number;
  readonly workers: number;
  readonly slots: number;
  readonly maps: number;
  readonly reducers: number;
  /** Bytes of input; maps and reduces give as many out. */
  readonly bytes: number;
  readonly backupTasks: boolean;
  /** Workers start one by one within that time: the program is copied to them first. */
  readonly startMs: number;
  /** Bytes a millisecond that one task reads, sorts and writes. */
  readonly mapRate: number;
  readonly reduceRate: number;
  /** Bytes a millisecond that a host takes in, and as many that it gives out. */
  readonly hostRate: number;
  /** At which it checks what it finds on its disk. */
  readonly verifyRate: number;
  /** Tasks take up to this share less or more. */
  readonly spread: number;
  readonly disturbance: Disturbance;
}

/** The paper's cluster and job: 10^10 records of 100 bytes. Rates are set to give its undisturbed run. */
export const paper: Figure3Scenario = {
  seed: 1,
  workers: 1_746,
  slots: 2,
  maps: 15_000,
  reducers: 4_000,
  bytes: 1e12,
  backupTasks: true,
  startMs: 60_000,
  mapRate: 2_200,
  reduceRate: 1_400,
  hostRate: 2_500,
  verifyRate: 40_000,
  spread: 0.2,
  disturbance: { kind: 'none' },
};

/** The same job on a cluster of `workers`: each has as much to do. */
export function scaled(workers: number): Figure3Scenario {
  const share = workers / paper.workers;
  return {
    ...paper,
    workers,
    maps: Math.round(paper.maps * share),
    reducers: Math.round(paper.reducers * share),
    bytes: paper.bytes * share,
  };
}
