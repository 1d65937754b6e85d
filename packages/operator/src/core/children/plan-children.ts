import type { KubeObject } from '@mapreduce/controller-runtime';
import type { Draft } from '../draft.ts';
import type { Observed } from '../observed.ts';
import { currentCoordinator, mayLaunch } from '../policies/coordinator-replacement.ts';
import { isApplied } from './applied.ts';
import type { AttemptSource } from './attempt-source.ts';
import { coordinatorClaim } from './coordinator-claim.ts';
import { coordinatorPod } from './coordinator-pod.ts';
import { coordinatorService } from './coordinator-service.ts';
import { networkPolicy, workerDisruptionBudget } from './protection.ts';
import { workerDeployment } from './worker-deployment.ts';

/** All that a running attempt needs and that is not there, or not as it should be. */
export function planChildren(
  seen: Observed,
  draft: Draft,
  source: AttemptSource,
  replicas: number,
): void {
  const { job, deployment, others } = seen;
  const generation = draft.status.coordinator?.generation ?? 0;
  const claim = coordinatorClaim(job, source.file);
  const around = [
    coordinatorService(job, generation),
    networkPolicy(job),
    workerDisruptionBudget(job),
    ...(claim === undefined ? [] : [claim]),
  ].filter((object) => !isApplied(object, others.get(otherKey(object))));
  draft.surroundings = around;
  // Its template stays as it was made: another would start all workers anew. The number is put right
  // even where others change it, with `kubectl scale deployment`.
  if (deployment?.isDeleting !== false) draft.workers = workerDeployment(job, source, replicas);
  else if (deployment.replicas !== replicas) draft.replicas = replicas;
  if (currentCoordinator(seen) === undefined && mayLaunch(seen, generation)) {
    draft.coordinatorPod = coordinatorPod(job, source, generation);
  }
}

/** As `Observed.others` names it. */
export function otherKey({ kind, metadata }: Pick<KubeObject, 'kind' | 'metadata'>): string {
  return `${kind}/${metadata.name}`;
}
