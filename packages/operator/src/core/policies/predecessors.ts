import type { Draft } from '../draft.ts';
import type { Observed } from '../observed.ts';
import { hasEnded, type PodView } from '../views/pod-view.ts';
import { deleteOldCoordinators, deleteWorkers } from './remove-pods.ts';

/** A pod whose time to end was over so long ago is on a node that does not answer. */
const overdueMs = 5_000;

/**
 * Removes what is left of earlier generations and attempts, and says whether the current one may run
 * already: two must not meet on one output. An old pod is waited for only while its node answers;
 * beyond that its epoch is refused wherever it shows.
 */
export function removePredecessors(seen: Observed, draft: Draft): boolean {
  const { pods, deployment, job } = seen;
  const { generation = 0 } = draft.status.coordinator ?? {};
  const attempt = draft.status.attempt ?? 0;
  const old = pods.filter((pod) =>
    pod.role === 'coordinator' ? pod.generation !== generation : pod.attempt !== attempt,
  );
  const isOldDeployment = deployment !== undefined && deployment.attempt !== attempt;
  const isOldWorker = old.some(({ role }) => role === 'worker');
  if (isOldDeployment || (isOldWorker && deployment === undefined)) deleteWorkers(seen, draft);
  deleteOldCoordinators(seen, draft);
  const awaited = old.filter((pod) => isAwaited(seen, pod));
  for (const { deletedBy } of awaited) {
    if (deletedBy !== undefined) draft.wake(deletedBy + overdueMs);
  }
  if (awaited.length === 0 && !isOldDeployment) return true;
  const names = awaited.slice(0, 3).map(({ name }) => name);
  draft.condition({
    type: 'CoordinatorReady',
    status: 'False',
    reason: 'WaitingForOldPods',
    message: `${job.name} waits for ${awaited.length} pods to go: ${names.join(', ')}`,
  });
  return false;
}

/** Whether a pod may still run, or be seen to end soon. */
export function isAwaited({ now, nodes }: Observed, pod: PodView): boolean {
  if (hasEnded(pod)) return false;
  const fact = pod.node === undefined ? undefined : nodes.of(pod.node);
  if (fact !== undefined && (fact.gone || !fact.ready)) return false;
  return pod.deletedBy === undefined || now < pod.deletedBy + overdueMs;
}
