import type { FaultType } from './fault-type.ts';
import { crosses, drawLinks, type Links } from './hosts.ts';

/** Messages between some hosts and the others are slow. */
export interface NetworkDelay extends Links {
  readonly kind: 'networkDelay';
  readonly at: number;
  readonly delayMs: number;
}

export const networkDelay: FaultType<NetworkDelay> = {
  kind: 'networkDelay',
  draw: (random, shape) => ({
    ...drawLinks(random, shape),
    delayMs: random.pick([20, 200, 1_500]),
  }),
  strike: (fault, cluster, fired) => {
    cluster.disturb(fault.ms, {
      applies: (from, to) => crosses(fault, from, to),
      effect: { kind: 'delay', ms: fault.delayMs, spreadMs: 0 },
      onStrike: fired,
    });
  },
  lastsMs: ({ ms }) => ms,
};
