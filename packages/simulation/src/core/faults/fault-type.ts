import type { SeededRandom } from '@mapreduce/service/virtual';
import type { Cluster } from '../cluster.ts';

/** What every fault has. */
export interface AnyFault {
  readonly kind: string;
  /** Virtual milliseconds from the start of the job. */
  readonly at: number;
}

/** What faults are drawn for. */
export interface ClusterShape {
  readonly workers: number;
  /** Workers that may be disturbed. The others keep the job possible. */
  readonly disturbed: readonly number[];
  /** Nothing may part workers from the coordinator, or make them register anew. */
  readonly sparesCoordinator: boolean;
}

/** One kind of fault: how it is drawn, and what it does. */
export interface FaultType<F extends AnyFault> {
  readonly kind: F['kind'];
  readonly draw: (random: SeededRandom, shape: ClusterShape) => Omit<F, 'kind' | 'at'>;
  /** Draws more of what was drawn, once all faults of the run are: so seeds keep what they meant before. */
  readonly drawMore?: (random: SeededRandom, fault: F) => F;
  /**
   * Strikes, or begins to. `fired` is called when it has changed what happens, and not before: a
   * fault that meets nobody has tested nothing.
   */
  readonly strike: (fault: F, cluster: Cluster, fired: () => void) => void;
  /** Virtual milliseconds after `at` by which it is healed. */
  readonly lastsMs: (fault: F) => number;
}

/** How long something is down or disturbed: shorter and longer than every timeout of the system. */
export function drawDuration(random: SeededRandom): number {
  return random.pick([0, 50, 500, 3_000, 12_000, 25_000]) * (0.75 + random.float() / 2);
}
