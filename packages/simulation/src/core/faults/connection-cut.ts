import type { FaultType } from './fault-type.ts';
import { crosses, drawLinks, type Links } from './hosts.ts';

/** Connections that carry bodies between some hosts and the others break in the middle. */
export interface ConnectionCut extends Links {
  readonly kind: 'connectionCut';
  readonly at: number;
  readonly chance: number;
}

export const connectionCut: FaultType<ConnectionCut> = {
  kind: 'connectionCut',
  draw: (random, shape) => ({ ...drawLinks(random, shape), chance: random.pick([0.3, 1]) }),
  strike: (fault, cluster, fired) => {
    cluster.disturb(fault.ms, {
      applies: (from, to) => crosses(fault, from, to),
      effect: { kind: 'cut', chance: fault.chance },
      onStrike: fired,
    });
  },
  lastsMs: ({ ms }) => ms,
};
