import type { Job } from './job.ts';

/** How many of each a coordinator keeps in memory, beside the scheduler's state. */
export interface Remembered {
  /** Workers whose addresses are known; those that are gone too, as the status shows them. */
  readonly workers: number;
  /** Attempts that workers are to be told to stop. */
  readonly cancellations: number;
  /** Workers whose last requests for leases are kept with their answers. */
  readonly counters: number;
  /** Answers to such requests. */
  readonly answers: number;
  /** What the log of completions holds. */
  readonly events: number;
  /** Outputs that workers were asked to compare. */
  readonly comparisons: number;
}

export function rememberedBy({ audits, desk, log, workers }: Job): Remembered {
  return { ...workers.size, ...desk.size, events: log.appended, comparisons: audits.waiting };
}
