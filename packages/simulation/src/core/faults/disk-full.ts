import { drawDuration, type FaultType } from './fault-type.ts';
import { hostName, type Victim } from './hosts.ts';

/** A host's disk has no space left, until some is made. */
export interface DiskFull {
  readonly kind: 'diskFull';
  readonly at: number;
  readonly host: Victim;
  readonly ms: number;
}

export const diskFull: FaultType<DiskFull> = {
  kind: 'diskFull',
  draw: (random, { disturbed, sparesCoordinator }) => {
    // Never two workers: four attempts that two full disks fail would rightly fail the job.
    const host = sparesCoordinator ? (disturbed[0] ?? 0) : 'coordinator';
    return { host, ms: drawDuration(random) };
  },
  strike: ({ host, ms }, { coordinator, workers, world }, fired) => {
    // The only worker that the coordinator knows would rightly fail the job too. Others may be cut off, but
    // for the last, which is spared all faults; its registration may not have come through yet.
    const spared = workers.at(-1)?.address ?? '';
    if (host !== 'coordinator' && !coordinator.met.has(spared)) return;
    world.clock.after(ms, world.diskConditions.fill(`/${hostName(host)}`, fired));
  },
  lastsMs: ({ ms }) => ms,
};
