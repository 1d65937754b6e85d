import { isTrue } from '../conditions.ts';
import type { Draft } from '../draft.ts';
import type { Observed } from '../observed.ts';
import { contactOf } from './contact.ts';
import { currentCoordinator } from './coordinator-replacement.ts';
import { fail } from './fail.ts';
import { answerMs, silentSince } from './silence.ts';
import { raiseGeneration } from './start.ts';

/**
 * Ends a job for good. Its coordinator is asked, as it takes back what was written; where none is there
 * to be asked, the job has just ended.
 */
export function cancel(seen: Observed, draft: Draft): void {
  const { now } = seen;
  const end = silentSince(seen) + answerMs;
  const isThere = currentCoordinator(seen)?.ready === true && contactOf(seen) !== undefined;
  if (!isThere || now >= end) {
    cancelAtOnce(seen, draft);
    return;
  }
  draft.wish = { ...draft.wish, cancel: true };
  draft.wake(Math.min(now + 1_000, end));
}

/**
 * Ends a job for good of which nothing runs, or nothing that answers. A coordinator that was not asked
 * would go on, and wait for workers: its pod goes, though it may not be seen yet, as one of an earlier
 * generation.
 */
export function cancelAtOnce(seen: Observed, draft: Draft): void {
  if (draft.status.coordinator !== undefined) raiseGeneration(draft);
  if (isTrue(draft.status.conditions, 'Suspended')) {
    draft.condition({ type: 'Suspended', status: 'False', reason: 'Cancelled', message: '' });
  }
  fail(seen, draft, 'Cancelled', 'the job was cancelled (spec.cancel)');
}
