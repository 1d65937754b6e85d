import type { JobStatus } from '@mapreduce/protocol';
import { aJobStatus } from '@mapreduce/testing';

const base = aJobStatus({
  version: 7,
  job: 'local-0123456789ab',
  maps: { total: 12, idle: 5, inProgress: 2, completed: 5 },
  reduces: { total: 3, idle: 3, inProgress: 0, completed: 0 },
  mapStates: 'cccccppiiiii',
  reduceStates: 'iii',
  inputs: { count: 8, bytes: 3_301_104 },
  progress: { ...aJobStatus().progress, bytesRead: 1_400_000, recordsRead: 28_000 },
  attempts: { ...aJobStatus().attempts, started: 7 },
  workers: [1, 2].map((number) => ({
    incarnation: `worker-${number}`,
    address: `http://127.0.0.1:4000${number}`,
    slots: 1,
    busy: 1,
    state: 'alive',
    relieved: false,
    tasksCompleted: number + 1,
  })),
  workersTotal: 2,
  output: '/home/user/out',
});

/** A job in its map phase, but for what a test changes. */
export function statusWith(changes: Partial<JobStatus> = {}): JobStatus {
  return { ...base, ...changes };
}

/** The same job at its end. */
export function succeeded(): JobStatus {
  return statusWith({
    state: 'succeeded',
    phase: 'finish',
    elapsedMs: 2_345,
    phaseMs: { describe: 200, map: 1_300, reduce: 800, finish: 45 },
    maps: { total: 12, idle: 0, inProgress: 0, completed: 12 },
    reduces: { total: 3, idle: 0, inProgress: 0, completed: 3 },
    mapStates: 'cccccccccccc',
    reduceStates: 'ccc',
    progress: {
      bytesRead: 3_301_104,
      recordsRead: 66_602,
      recordsSkipped: 0,
      recordsShuffled: 60_170,
      bytesShuffled: 540_556,
      recordsWritten: 22_107,
      bytesWritten: 228_830,
    },
    counters: { 'matching lines': 1_234 },
  });
}
