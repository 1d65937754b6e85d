import type { SchedulerState } from '@mapreduce/scheduler';
import type { History } from './history.ts';

/** Attempts of one task that a run without faults may need, and those that one fault may cost. */
const attemptsOf = { job: 4, fault: 4 } as const;

/** No task is tried more often than its faults explain, and the maps that gave other records. */
export function checkAttempts(history: History, faults: number): void {
  const limit = attemptsOf.job + attemptsOf.fault * faults + history.redone;
  if (history.mostLeases > limit) {
    history.report(`a task was leased ${history.mostLeases} times; ${limit} are explained`);
  }
}

/** What a coordinator remembers when its job has ended is bounded by tasks and registrations. */
export function checkMemory(history: History, state: SchedulerState, registrations: number): void {
  const { attempts, byIncarnation, grants, suspicions, tasks, workers } = state;
  const limits = [
    ['workers', workers.length, registrations],
    ['incarnations', byIncarnation.size, registrations],
    ['live attempts', attempts.size, 2 * (1 + tasks.map.size + tasks.reduce.size)],
    ['grants', grants.size, tasks.reduce.size],
    ['suspicions', suspicions.size, tasks.map.size],
  ] as const;
  for (const [what, size, limit] of limits) {
    if (size > limit) history.report(`the coordinator remembers ${size} ${what}: ${limit} at most`);
  }
}
