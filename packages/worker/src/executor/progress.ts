import type { OnProgress } from '@mapreduce/engine';
import type { AttemptId } from '@mapreduce/protocol';
import { writeReport } from './report.ts';

/** Reports come at least so far apart. */
const intervalMs = 100;

/** Passes an attempt's progress on, not too often; says whether it did. */
export function reportProgress(attempt: AttemptId): OnProgress {
  let next = 0;
  return (progress) => {
    const now = performance.now();
    if (now < next) return false;
    next = now + intervalMs;
    writeReport({ kind: 'progress', attempt, progress });
    return true;
  };
}
