import type { FaultType } from './fault-type.ts';
import { crosses, drawLinks, type Links } from './hosts.ts';

/** Messages between some hosts and the others overtake one another. */
export interface NetworkReordering extends Links {
  readonly kind: 'networkReordering';
  readonly at: number;
  readonly spreadMs: number;
}

export const networkReordering: FaultType<NetworkReordering> = {
  kind: 'networkReordering',
  draw: (random, shape) => ({
    ...drawLinks(random, shape),
    spreadMs: random.pick([20, 500, 6_000]),
  }),
  strike: (fault, cluster, fired) => {
    cluster.disturb(fault.ms, {
      applies: (from, to) => crosses(fault, from, to),
      effect: { kind: 'delay', ms: 0, spreadMs: fault.spreadMs },
      onStrike: fired,
    });
  },
  lastsMs: ({ ms }) => ms,
};
