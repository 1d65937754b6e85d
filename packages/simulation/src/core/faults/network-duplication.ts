import type { FaultType } from './fault-type.ts';
import { crosses, drawLinks, type Links } from './hosts.ts';

/** Requests between some hosts and the others arrive twice, the second time perhaps much later. */
export interface NetworkDuplication extends Links {
  readonly kind: 'networkDuplication';
  readonly at: number;
  readonly chance: number;
  readonly laterMs: number;
}

export const networkDuplication: FaultType<NetworkDuplication> = {
  kind: 'networkDuplication',
  draw: (random, shape) => ({
    ...drawLinks(random, shape),
    chance: random.pick([0.1, 0.5]),
    laterMs: random.pick([1, 100, 12_000]),
  }),
  strike: (fault, cluster, fired) => {
    cluster.disturb(fault.ms, {
      applies: (from, to) => crosses(fault, from, to),
      effect: { kind: 'duplicate', chance: fault.chance, maxMs: fault.laterMs },
      onStrike: fired,
    });
  },
  lastsMs: ({ ms }) => ms,
};
