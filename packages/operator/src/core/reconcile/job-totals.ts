import type { JobStatus } from '@mapreduce/protocol';
import type { JobResourceStatus } from '@mapreduce/protocol/resource';

/** What a job comes to, once it has ended. */
export interface FinishedJob {
  readonly result: 'succeeded' | 'failed';
  readonly reason: string;
  /** As it is written. */
  readonly status: JobResourceStatus;
  /** The last that its coordinator said, if it ever did. */
  readonly report: JobStatus | undefined;
}

/** Where finished jobs are counted. */
export interface JobMetrics {
  finished(job: FinishedJob): void;
}
