import type { AttemptId, Incarnation } from '@mapreduce/protocol';
import { leaseOf } from './leases.ts';
import type { Commands, SchedulerState } from './state.ts';

/**
 * Answers a reduce attempt that asks whether to commit. One attempt a partition is granted it while
 * its lease lives. A grant only saves doomed work: the commit record's link decides.
 */
export function requestGrant(
  state: SchedulerState,
  request: { readonly worker: Incarnation; readonly attempt: AttemptId },
  commands: Commands,
): void {
  const { worker, attempt } = request;
  commands.push({ kind: 'grant', worker, attempt, grant: answer(state, request) });
}

function answer(
  state: SchedulerState,
  request: { readonly worker: Incarnation; readonly attempt: AttemptId },
): 'granted' | 'wait' | 'refused' {
  const lease = leaseOf(state, request);
  if (lease?.table !== state.tasks.reduce || state.outcome !== 'running') return 'refused';
  const holder = state.grants.get(lease.index);
  if (holder !== undefined && holder !== lease) return 'wait';
  state.grants.set(lease.index, lease);
  return 'granted';
}
