import { cancelLease } from './leases.ts';
import type { Commands, SchedulerState } from './state.ts';

/**
 * Maps have given other records to these partitions than before: attempts that may hold the former
 * ones go back to idle, uncounted. What is committed stays as it is.
 */
export function redoReduces(
  state: SchedulerState,
  partitions: 'all' | readonly number[],
  commands: Commands,
): void {
  const table = state.tasks.reduce;
  const wanted = partitions === 'all' ? undefined : new Set(partitions);
  for (const attempt of [...state.attempts]) {
    if (attempt.table !== table || wanted?.has(attempt.index) === false) continue;
    cancelLease(state, attempt, commands, 'redone');
  }
}
