import { isBelow } from '../world/disk-conditions.ts';
import { drawDuration, type FaultType } from './fault-type.ts';
import { crashHost, drawVictim, hostName, type Victim } from './hosts.ts';

/** A host loses its power in the middle of its next write: part of what was not synced is left. */
export interface TornWrite {
  readonly kind: 'tornWrite';
  readonly at: number;
  readonly host: Victim;
  readonly downMs: number;
}

/** A host that writes nothing for so long is spared. */
const patienceMs = 2_000;

export const tornWrite: FaultType<TornWrite> = {
  kind: 'tornWrite',
  draw: (random, shape) => ({ host: drawVictim(random, shape), downMs: drawDuration(random) }),
  strike: ({ host, downMs }, cluster, fired) => {
    const root = `/${hostName(host)}`;
    const forget = cluster.world.diskConditions.add({
      after: (operation, path) => {
        if (operation !== 'append' || !isBelow(path, root)) return;
        forget();
        if (!crashHost(cluster, host, downMs)) return;
        cluster.losePower(root, true);
        fired();
      },
    });
    cluster.world.clock.after(patienceMs, forget);
  },
  lastsMs: ({ downMs }) => patienceMs + downMs,
};
