import { drawDuration, type FaultType } from './fault-type.ts';

/** A worker's machine is to go, as when its node is drained: the coordinator is told in time. */
export interface MachineDrain {
  readonly kind: 'machineDrain';
  readonly at: number;
  readonly worker: number;
  readonly graceMs: number;
  /** From the machine's end until another one stands in its place. */
  readonly downMs: number;
}

export const machineDrain: FaultType<MachineDrain> = {
  kind: 'machineDrain',
  draw: (random, { disturbed }) => ({
    worker: random.pick(disturbed),
    graceMs: random.pick([500, 3_000, 20_000]),
    downMs: drawDuration(random),
  }),
  strike: ({ worker, ...how }, { operator, workers }, fired) => {
    const host = workers[worker];
    if (host !== undefined) void operator.drain(host, how, fired);
  },
  lastsMs: ({ graceMs, downMs }) => graceMs + downMs,
};
