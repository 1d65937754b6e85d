import type { SchedulerState } from './state.ts';

/**
 * The job is decided: nothing is leased any more, nobody expires. Leases that still live are not
 * cancelled one by one here, there may be thousands: each worker's next heartbeat hears of its own.
 */
export function endJob(state: SchedulerState, outcome: 'succeeded' | 'failed' | 'cancelled'): void {
  state.outcome = outcome;
  state.backlog = false;
  state.suspicions.clear();
}
