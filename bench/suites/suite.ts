import type { Cache } from '../data/cache.ts';
import type { Ours } from '../ours.ts';
import type { Peer, Runner } from '../peers/peer.ts';

/** What every suite is given. */
export interface Bench {
  readonly cache: Cache;
  readonly ours: Ours;
  readonly runs: number;
  /** The chosen peers that are installed. */
  readonly peers: () => Promise<readonly FoundPeer[]>;
  /** Prints a line of the report. */
  readonly print: (text: string) => void;
}

export interface FoundPeer {
  readonly peer: Peer;
  /** Undefined where it is not installed. */
  readonly runner: Runner | undefined;
}

/** Prints its report, and returns its figures for `--json`. Throws when a figure cannot be had. */
export type Suite = (bench: Bench) => Promise<unknown>;
