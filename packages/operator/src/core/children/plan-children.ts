import type { KubeObject } from '@mapreduce/controller-runtime';
import type { JobFile } from '@mapreduce/protocol/resource';
import type { Draft } from '../draft.ts';
import type { Observed } from '../observed.ts';
import { currentCoordinator } from '../policies/coordinator-replacement.ts';
import { fingerprint, isApplied } from './applied.ts';
import { coordinatorClaim } from './coordinator-claim.ts';
import { coordinatorPod } from './coordinator-pod.ts';
import { coordinatorService } from './coordinator-service.ts';
import { networkPolicy, workerDisruptionBudget } from './protection.ts';
import { workerDeployment } from './worker-deployment.ts';

/** All that a running attempt needs and that is not there, or not as it should be. */
export function planChildren(seen: Observed, draft: Draft, file: JobFile, replicas: number): void {
  const { job, deployment, others } = seen;
  const generation = draft.status.coordinator?.generation ?? 0;
  const claim = coordinatorClaim(job, file);
  const around = [
    coordinatorService(job, generation),
    networkPolicy(job),
    workerDisruptionBudget(job),
    ...(claim === undefined ? [] : [claim]),
  ].filter((object) => !isApplied(object, others.get(otherKey(object))));
  const workers = workerDeployment(job, file, replicas);
  const isThere =
    deployment?.isDeleting === false &&
    // Others can change it, with `kubectl scale deployment`.
    deployment.replicas === replicas &&
    deployment.applied === fingerprint(workers);
  draft.surroundings = around;
  if (!isThere) draft.workers = workers;
  if (!seen.isFileWritten) draft.file = file;
  const pod = coordinatorPod(job, file, generation);
  if (currentCoordinator(seen) === undefined && seen.created?.name !== pod.metadata.name) {
    draft.coordinatorPod = pod;
  }
}

/** As `Observed.others` names it. */
export function otherKey({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.name}`;
}
