import type { FaultType } from './fault-type.ts';
import { crosses, drawLinks, type Links } from './hosts.ts';

/** Nothing passes between some hosts and the others, in one direction or both. */
export interface NetworkPartition extends Links {
  readonly kind: 'networkPartition';
  readonly at: number;
}

export const networkPartition: FaultType<NetworkPartition> = {
  kind: 'networkPartition',
  draw: (random, shape) => ({ ...drawLinks(random, shape) }),
  strike: (fault, cluster, fired) => {
    cluster.disturb(fault.ms, {
      applies: (from, to) => crosses(fault, from, to),
      effect: { kind: 'block' },
      onStrike: fired,
    });
  },
  lastsMs: ({ ms }) => ms,
};
