import type { JobResourceStatus } from '@mapreduce/protocol/resource';

/** What a job comes to, once it has ended. */
export interface FinishedJob {
  readonly result: 'succeeded' | 'failed';
  readonly reason: string;
  /** As it is written. */
  readonly status: JobResourceStatus;
}

/** Where finished jobs are counted. */
export interface JobMetrics {
  finished(job: FinishedJob): void;
}
