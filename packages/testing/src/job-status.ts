import type { JobStatus } from '@mapreduce/protocol';

/** What a coordinator tells of a job that has begun and has no workers, but for what a test is about. */
export function aJobStatus(parts: Partial<JobStatus> = {}): JobStatus {
  return {
    version: 1,
    job: 'job',
    program: 'wordcount',
    state: 'running',
    phase: 'map',
    elapsedMs: 1_500,
    phaseMs: { describe: 200, map: 1_300 },
    maps: { total: 4, idle: 1, inProgress: 1, completed: 2 },
    reduces: { total: 4, idle: 4, inProgress: 0, completed: 0 },
    inputs: { count: 1, bytes: 1_000 },
    progress: {
      bytesRead: 500,
      recordsRead: 50,
      recordsSkipped: 0,
      recordsShuffled: 0,
      bytesShuffled: 0,
      recordsWritten: 0,
      bytesWritten: 0,
    },
    attempts: {
      started: 3,
      failed: 0,
      lost: 0,
      backup: 0,
      fetchFailures: 0,
      moved: 0,
      rerunAhead: 0,
    },
    workers: [],
    workersTotal: 0,
    counters: {},
    output: '/output',
    ...parts,
  };
}
