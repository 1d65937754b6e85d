import type { Draft } from '../draft.ts';
import type { Observed } from '../observed.ts';
import { deleteAllPods } from './remove-pods.ts';

/**
 * No pod runs while a job is suspended. Its id stays: what it has committed to a claim is taken up
 * again, what was in the pods' own volumes is made anew.
 */
export function suspend(seen: Observed, draft: Draft): void {
  deleteAllPods(seen, draft);
  const left = seen.pods.length;
  draft.condition({
    type: 'Suspended',
    status: 'True',
    reason: 'SuspendedByUser',
    message: left === 0 ? '' : `${left} pods are going`,
  });
  draft.condition({ type: 'Running', status: 'False', reason: 'Suspended', message: '' });
  draft.set({ phase: 'Suspended' });
  // Deadlines begin anew when it is resumed, as those of a batch/v1 Job do.
  draft.clear('startTime', 'attemptTime', 'runningTime', 'progress', 'maps', 'reduces');
}
