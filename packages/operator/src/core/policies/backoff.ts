import {
  jobIdOf,
  type FailureCode,
  type JobResourceStatus,
  type JobSpec,
} from '@mapreduce/protocol/resource';
import type { Draft } from '../draft.ts';
import type { Observed } from '../observed.ts';
import { formatTime } from '../time.ts';
import { fail, reasonOfCode } from './fail.ts';

export type Failure = NonNullable<JobResourceStatus['failure']>;

const firstDelayMs = 10_000;
const longestDelayMs = 300_000;

/** What the first rule that matches says; a failure that none matches is retried. */
export function actionOn(code: FailureCode, { failurePolicy }: JobSpec) {
  return failurePolicy.rules.find(({ onCodes }) => onCodes.includes(code))?.action ?? 'Retry';
}

/** How long the next attempt waits after so many that count: it doubles. */
export function retryDelayMs(retries: number): number {
  return Math.min(longestDelayMs, firstDelayMs * 2 ** Math.max(0, retries - 1));
}

/** An attempt has failed: ends the job, or prepares the next attempt. */
export function attemptFailed(seen: Observed, draft: Draft, spec: JobSpec, failure: Failure): void {
  draft.set({ failure: { ...failure, message: failure.message.slice(0, 4_096) } });
  const action = actionOn(failure.code, spec);
  const retries = (draft.status.retries ?? 0) + (action === 'Retry' ? 1 : 0);
  if (action === 'FailJob') {
    fail(seen, draft, reasonOfCode[failure.code], failure.message);
    return;
  }
  if (retries > spec.backoffLimit) {
    const last = `the last of ${(draft.status.attempt ?? 0) + 1} attempts failed: ${failure.message}`;
    fail(seen, draft, 'BackoffLimitExceeded', last);
    return;
  }
  const attempt = (draft.status.attempt ?? 0) + 1;
  const retryAt = seen.now + retryDelayMs(retries);
  // The pods of the old attempt are known by its number, and go; then the new one starts.
  draft.set({
    attempt,
    retries,
    jobId: jobIdOf(seen.job, attempt),
    retryTime: formatTime(retryAt),
    phase: 'Pending',
  });
  draft.clear('attemptTime', 'runningTime', 'progress', 'maps', 'reduces', 'phaseSeconds');
  draft.condition({
    type: 'Running',
    status: 'False',
    reason: reasonOfCode[failure.code],
    message: `attempt ${attempt} failed and is followed by another: ${failure.message}`,
  });
  draft.statusFirst = true;
  draft.event('Warning', 'AttemptFailed', `${failure.code}: ${failure.message}`);
}
