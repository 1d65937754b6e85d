import type { AttemptId, Progress } from '@mapreduce/protocol';
import { writeReport } from './report.ts';

/** Reports come at least so far apart. */
const intervalMs = 100;

/** Passes an attempt's progress on, not too often. */
export function reportProgress(attempt: AttemptId): (progress: Progress) => void {
  let next = 0;
  return (progress) => {
    const now = performance.now();
    if (now < next) return;
    next = now + intervalMs;
    writeReport({ kind: 'progress', attempt, progress });
  };
}
