import { drawDuration, type FaultType } from './fault-type.ts';
import { crashHost, drawVictim, hostName, type Victim } from './hosts.ts';

/** A host loses its power: its processes die, and what its disk had not synced is gone. */
export interface PowerLoss {
  readonly kind: 'powerLoss';
  readonly at: number;
  readonly host: Victim;
  readonly downMs: number;
}

export const powerLoss: FaultType<PowerLoss> = {
  kind: 'powerLoss',
  draw: (random, shape) => ({ host: drawVictim(random, shape), downMs: drawDuration(random) }),
  strike: ({ host, downMs }, cluster, fired) => {
    if (!crashHost(cluster, host, downMs)) return;
    cluster.losePower(`/${hostName(host)}`, false);
    fired();
  },
  lastsMs: ({ downMs }) => downMs,
};
