import type { FaultType } from './fault-type.ts';
import { crosses, drawLinks, type Links } from './hosts.ts';

/** Messages between some hosts and the others are lost, with their connections. */
export interface NetworkLoss extends Links {
  readonly kind: 'networkLoss';
  readonly at: number;
  readonly chance: number;
}

export const networkLoss: FaultType<NetworkLoss> = {
  kind: 'networkLoss',
  draw: (random, shape) => ({ ...drawLinks(random, shape), chance: random.pick([0.05, 0.3]) }),
  strike: (fault, cluster, fired) => {
    cluster.disturb(fault.ms, {
      applies: (from, to) => crosses(fault, from, to),
      effect: { kind: 'lose', chance: fault.chance },
      onStrike: fired,
    });
  },
  lastsMs: ({ ms }) => ms,
};
