import { childNames } from '@mapreduce/protocol/resource';
import type { Draft } from '../draft.ts';
import type { Observed } from '../observed.ts';
import type { PodView } from '../views/pod-view.ts';

/** What a pod gets that has nothing left to do. */
export const hurriedSeconds = 1;

/** Deletes the Deployment, its budget and its pods. */
export function deleteWorkers(seen: Observed, draft: Draft): void {
  const { now, job, pods, deployment, others } = seen;
  const name = childNames.workers(job.name);
  if (deployment?.isDeleting === false) {
    draft.delete({ kind: 'Deployment', name, uid: deployment.uid });
    draft.event('Normal', 'DeletedWorkers', `deleted Deployment ${name}`);
  }
  const budget = others.get(`PodDisruptionBudget/${name}`);
  if (budget?.metadata.uid !== undefined && budget.metadata.deletionTimestamp === undefined) {
    draft.delete({ kind: 'PodDisruptionBudget', name, uid: budget.metadata.uid });
  }
  // Once the Deployment is gone nobody makes them anew. They need no time to hand over what they hold.
  if (deployment !== undefined) return;
  for (const { role, name: pod, uid, deletedBy = Infinity } of pods) {
    if (role !== 'worker' || deletedBy <= now + hurriedSeconds * 1_000) continue;
    draft.delete({ kind: 'Pod', name: pod, uid, graceSeconds: hurriedSeconds });
  }
}

export function deleteAllPods(seen: Observed, draft: Draft): void {
  deleteWorkers(seen, draft);
  for (const pod of seen.pods) {
    if (pod.role !== 'coordinator' || pod.deletedBy !== undefined) continue;
    deletePod(draft, pod);
    draft.event('Normal', 'DeletedCoordinator', `deleted pod ${pod.name}`);
  }
}

/** Deletes coordinators of other generations than the current one: they may have been made unseen. */
export function deleteOldCoordinators({ pods }: Observed, draft: Draft): void {
  const generation = draft.status.coordinator?.generation;
  for (const pod of pods) {
    if (pod.role === 'coordinator' && pod.generation !== generation) deletePod(draft, pod);
  }
}

export function deletePod(draft: Draft, { name, uid, deletedBy }: PodView): void {
  if (deletedBy === undefined) draft.delete({ kind: 'Pod', name, uid });
}
