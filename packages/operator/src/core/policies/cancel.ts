import { isTrue } from '../conditions.ts';
import type { Draft } from '../draft.ts';
import type { Observed } from '../observed.ts';
import { currentCoordinator } from './coordinator-replacement.ts';
import { fail } from './fail.ts';
import { deletePod } from './remove-pods.ts';

/** How long a coordinator may leave the wish to cancel unanswered. */
const patienceMs = 30_000;

/**
 * Ends a job for good. Its coordinator is asked, as it takes back what was written; where none is there
 * to be asked, the job has just ended.
 */
export function cancel(seen: Observed, draft: Draft): void {
  const { now, talk } = seen;
  const pod = currentCoordinator(seen);
  const silentSince = talk.silentSince ?? now;
  const isThere = pod?.ready === true && pod.deletedBy === undefined;
  if (!isThere || now >= silentSince + patienceMs) {
    cancelAtOnce(seen, draft);
    return;
  }
  draft.wish = { ...draft.wish, cancel: true };
  draft.wake(Math.min(now + 1_000, silentSince + patienceMs));
}

/**
 * Ends a job for good of which nothing runs, or nothing that answers. A coordinator that was not asked
 * would go on, and wait for workers: its pod goes.
 */
export function cancelAtOnce(seen: Observed, draft: Draft): void {
  for (const pod of seen.pods) if (pod.role === 'coordinator') deletePod(draft, pod);
  if (isTrue(draft.status.conditions, 'Suspended')) {
    draft.condition({ type: 'Suspended', status: 'False', reason: 'Cancelled', message: '' });
  }
  fail(seen, draft, 'Cancelled', 'the job was cancelled (spec.cancel)');
}
