import type { Setting } from '../world/world.ts';

/** A fixed case: a run with certain faults. */
export interface Case {
  /** Words joined by `-`. */
  readonly name: string;
  /** What it cannot do without. */
  readonly needs?: readonly ('namespaces' | 'toxiproxy' | 'faketime' | 'mounts')[];
  /** How many faults it fires at least; fewer, and it has failed. */
  readonly faults: number;
  /** Throws where something is not as promised. */
  readonly run: (setting: Setting) => Promise<void>;
}
