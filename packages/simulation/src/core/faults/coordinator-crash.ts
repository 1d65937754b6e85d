import { drawDuration, type FaultType } from './fault-type.ts';

/** The coordinator's process is killed, and another one starts. */
export interface CoordinatorCrash {
  readonly kind: 'coordinatorCrash';
  readonly at: number;
  readonly downMs: number;
  /** Without its state directory the next one plans anew. */
  readonly keepsState: boolean;
  /** That one is of the same generation: nobody has seen that the state is gone. */
  readonly keepsGeneration?: boolean;
  /** It is killed as well so long after its start, and leaves to the next what it knows. */
  readonly againMs?: number;
}

export const coordinatorCrash: FaultType<CoordinatorCrash> = {
  kind: 'coordinatorCrash',
  draw: (random) => ({ downMs: drawDuration(random), keepsState: random.chance(0.75) }),
  drawMore: (random, fault) => {
    if (fault.keepsState) return fault;
    const keepsGeneration = random.chance(0.6);
    if (!random.chance(0.6)) return { ...fault, keepsGeneration };
    const againMs = random.pick([0.1, 1, 10, 1_500, 9_000, 11_000]);
    return { ...fault, keepsGeneration, againMs };
  },
  strike: ({ downMs, keepsState, keepsGeneration, againMs }, { coordinator, world }, fired) => {
    if (!coordinator.crash({ downMs, keepsState, keepsGeneration })) return;
    fired();
    if (againMs === undefined) return;
    world.clock.after(downMs + againMs, () => {
      coordinator.crash({ downMs: 0, keepsState: true });
    });
  },
  lastsMs: ({ downMs, againMs = 0 }) => downMs + againMs,
};
