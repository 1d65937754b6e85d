import type { BlockEmit } from '@mapreduce/sdk';
import type { MapIndex } from '../segments/index-file.ts';

/** Takes what a map emits. */
export interface Collector extends BlockEmit {
  /** Pairs taken. */
  readonly emitted: number;
  /** Sorts and writes all. Nothing can be emitted afterwards. */
  finish(): MapIndex;
  /** Removes what was spilled, after a failure. */
  discard(): void;
}

/** What of `memory` a collector may fill: the rest is for reading, merging and writing. */
export function collectorBudget(memory: number): number {
  // Offsets into an arena are 31 bits.
  return Math.min(Math.floor(memory / 2), 2 ** 30);
}
