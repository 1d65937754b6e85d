import type { JobStatus } from '@mapreduce/protocol';
import type { Observed } from '../observed.ts';
import { currentCoordinator } from './coordinator-replacement.ts';

/** What the coordinator of the current generation said last; what an older one said counts no more. */
export function currentReport(seen: Observed): JobStatus | undefined {
  const { report } = seen.talk;
  const pod = currentCoordinator(seen);
  return pod !== undefined && report?.podUid === pod.uid ? report.status : undefined;
}
