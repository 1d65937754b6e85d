import type { JobSpec } from '@mapreduce/protocol/resource';
import { conditionOf } from '../conditions.ts';
import type { Draft } from '../draft.ts';
import type { Observed } from '../observed.ts';
import { parseTime } from '../time.ts';
import { heardBy } from './contact.ts';
import { fail } from './fail.ts';

/** Fails a job that has run for too long, in all its attempts together. */
export function activeDeadline(seen: Observed, draft: Draft, spec: JobSpec): void {
  const { activeDeadlineSeconds } = spec;
  const startedAt = parseTime(draft.status.startTime);
  if (activeDeadlineSeconds === undefined || startedAt === undefined) return;
  const deadline = startedAt + activeDeadlineSeconds * 1_000;
  const end = judgedAt(seen, deadline);
  if (seen.now < end) draft.wake(end);
  else {
    const message = `the job did not end within ${activeDeadlineSeconds} s (activeDeadlineSeconds)`;
    fail(seen, draft, 'DeadlineExceeded', message);
  }
}

/** Fails a job whose attempt has begun no task for too long, and says what it waited for. */
export function preRunningDeadline(seen: Observed, draft: Draft, spec: JobSpec): void {
  const { attemptTime, runningTime, conditions } = draft.status;
  const startedAt = parseTime(attemptTime);
  if (startedAt === undefined || runningTime !== undefined) return;
  const { preRunningDeadlineSeconds } = spec;
  const deadline = startedAt + preRunningDeadlineSeconds * 1_000;
  const end = judgedAt(seen, deadline);
  if (seen.now < end) {
    draft.wake(end);
    return;
  }
  const degraded = conditionOf(conditions, 'Degraded');
  const cause = degraded?.status === 'True' ? `: ${degraded.reason}: ${degraded.message}` : '';
  const message = `no task began within ${preRunningDeadlineSeconds} s (preRunningDeadlineSeconds)${cause}`;
  fail(seen, draft, 'PreRunningDeadlineExceeded', message);
}

/** Nobody who has not asked the coordinator knows that the job has not begun, or ended, in time. */
function judgedAt(seen: Observed, deadline: number): number {
  return Math.max(deadline, heardBy(seen) ?? deadline);
}
