import { drawDuration, type FaultType } from './fault-type.ts';

/** Fewer workers are to stay for a while: the coordinator says who goes, and they hand over. */
export interface ScaleDown {
  readonly kind: 'scaleDown';
  readonly at: number;
  readonly workers: number;
  readonly graceMs: number;
  readonly ms: number;
}

export const scaleDown: FaultType<ScaleDown> = {
  kind: 'scaleDown',
  draw: (random, { workers }) => ({
    workers: random.integer(0, workers - 1),
    graceMs: random.pick([0, 500, 3_000, 20_000]),
    ms: drawDuration(random),
  }),
  strike: (fault, { operator }, fired) => void operator.scaleDown(fault, fired),
  lastsMs: ({ ms }) => ms,
};
