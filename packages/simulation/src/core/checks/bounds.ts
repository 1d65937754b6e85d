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
