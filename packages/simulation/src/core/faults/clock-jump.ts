import type { FaultType } from './fault-type.ts';
import { drawVictim, hostName, type Victim } from './hosts.ts';

/** A host's wall clock jumps, for ever. Nothing but what people read may depend on it. */
export interface ClockJump {
  readonly kind: 'clockJump';
  readonly at: number;
  readonly host: Victim;
  readonly byMs: number;
}

export const clockJump: FaultType<ClockJump> = {
  kind: 'clockJump',
  draw: (random, shape) => ({
    host: drawVictim(random, shape),
    byMs: random.pick([-86_400_000, -60_000, 60_000, 86_400_000, 315_360_000_000]),
  }),
  strike: ({ host, byMs }, { world }, fired) => {
    const name = hostName(host);
    world.wallOffsets.set(name, (world.wallOffsets.get(name) ?? 0) + byMs);
    fired();
  },
  lastsMs: () => 0,
};
