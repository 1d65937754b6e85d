import type { AttemptId, Incarnation } from '@mapreduce/protocol';
import type { Attempt } from './attempt.ts';
import type { SchedulerState } from './state.ts';

/** No younger attempt is worth a word, in milliseconds. */
const MIN_AGE_MS = 5_000;
/** How many times the median it must have taken. */
const FAR_LONGER = 2;

/** An attempt in progress that takes far longer than those of its kind that have completed. */
export interface StragglerView {
  readonly attempt: AttemptId;
  readonly kind: 'map' | 'reduce';
  readonly index: number;
  readonly worker: Incarnation;
  readonly runningMs: number;
  readonly medianMs: number;
  /** All that it has to read, in bytes; 0 where it has not said. */
  readonly totalBytes: number;
}

/** The straggler that has run longest, if there is any. O(attempts in progress). */
export function longestStraggler(state: SchedulerState): StragglerView | undefined {
  let longest: StragglerView | undefined;
  for (const attempt of state.attempts) {
    const view = viewOf(state, attempt);
    if (view !== undefined && view.runningMs > (longest?.runningMs ?? 0)) longest = view;
  }
  return longest;
}

function viewOf(state: SchedulerState, attempt: Attempt): StragglerView | undefined {
  const { id, table, index, worker, leasedAt, progress } = attempt;
  if (table.kind !== 'map' && table.kind !== 'reduce') return undefined;
  // A reduce that waits for a map is not to blame.
  const { map } = state.tasks;
  if (table.kind === 'reduce' && map.completed < map.size) return undefined;
  const runningMs = state.now - leasedAt;
  if (runningMs < MIN_AGE_MS) return undefined;
  const medianMs = table.durations.median();
  if (medianMs === undefined || runningMs < FAR_LONGER * medianMs) return undefined;
  return {
    ...{ attempt: id, kind: table.kind, index, worker: worker.incarnation },
    ...{ runningMs, medianMs, totalBytes: progress?.totalBytes ?? 0 },
  };
}
