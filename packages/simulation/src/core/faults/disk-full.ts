import { drawDuration, type FaultType } from './fault-type.ts';
import { drawVictim, hostName, type Victim } from './hosts.ts';

/** A host's disk has no space left, until some is made. */
export interface DiskFull {
  readonly kind: 'diskFull';
  readonly at: number;
  readonly host: Victim;
  readonly ms: number;
}

export const diskFull: FaultType<DiskFull> = {
  kind: 'diskFull',
  draw: (random, shape) => {
    const victim = drawVictim(random, shape);
    // Never two workers: four attempts that two full disks fail would rightly fail the job.
    const host = victim === 'coordinator' ? victim : (shape.disturbed[0] ?? victim);
    return { host, ms: drawDuration(random) };
  },
  strike: ({ host, ms }, { world }, fired) => {
    world.clock.after(ms, world.diskConditions.fill(`/${hostName(host)}`, fired));
  },
  lastsMs: ({ ms }) => ms,
};
