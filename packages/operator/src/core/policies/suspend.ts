import type { JobSpec } from '@mapreduce/protocol/resource';
import { isTrue } from '../conditions.ts';
import type { Draft } from '../draft.ts';
import type { Observed } from '../observed.ts';
import { readiness } from './readiness.ts';
import { deleteAllPods } from './remove-pods.ts';

/**
 * No pod runs while a job is suspended. Its id stays: what it has committed to a claim is taken up
 * again, what was in the pods' own volumes is made anew.
 */
export function suspend(seen: Observed, draft: Draft, spec: JobSpec): void {
  deleteAllPods(seen, draft);
  readiness(seen, draft, spec);
  if (isTrue(draft.status.conditions, 'Degraded')) {
    draft.condition({ type: 'Degraded', status: 'False', reason: 'Suspended', message: '' });
  }
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

/** A job that is to be suspended no more says so at once, whatever else it waits for. */
export function resume(draft: Draft): void {
  if (!isTrue(draft.status.conditions, 'Suspended')) return;
  draft.condition({ type: 'Suspended', status: 'False', reason: 'Resumed', message: '' });
  draft.condition({ type: 'Running', status: 'False', reason: 'Resumed', message: '' });
}
