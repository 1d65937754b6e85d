import type { KubeObject, StatusCondition } from '@mapreduce/controller-runtime';
import { jobLabels } from '@mapreduce/protocol/resource';
import { reasonOfRefusal, type Waiting } from './waiting.ts';

/** What the policies look at in the workers' Deployment. */
export interface DeploymentView {
  readonly uid: string;
  readonly attempt: number;
  readonly replicas: number;
  readonly isDeleting: boolean;
  /** Why it cannot make its pods, such as an exceeded quota. */
  readonly waiting: Waiting | undefined;
}

interface Deployment extends KubeObject {
  readonly spec?: { readonly replicas?: number };
  readonly status?: {
    readonly conditions?: readonly StatusCondition[];
  };
}

export function deploymentView(object: KubeObject): DeploymentView {
  const { metadata, spec, status } = object as Deployment;
  const failure = status?.conditions?.find(
    ({ type, status: is }) => type === 'ReplicaFailure' && is === 'True',
  );
  const { reason, message = '' } = failure ?? {};
  return {
    uid: metadata.uid ?? '',
    attempt: Number(metadata.labels?.[jobLabels.attempt] ?? 0),
    replicas: spec?.replicas ?? 1,
    isDeleting: metadata.deletionTimestamp !== undefined,
    waiting: failure && { reason: reasonOfRefusal(message, reason), message },
  };
}
