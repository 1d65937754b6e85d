import type { KubeObject, OwnerReference } from '@mapreduce/controller-runtime';
import { apiVersion, jobLabels, kind } from '@mapreduce/protocol/resource';
import type { PodRole } from '../views/pod-view.ts';

/** The one MapReduceJob that things belong to. */
export interface JobIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** What every object of every job carries; the caches of pods and Deployments select by it. */
export const managedBy = { 'app.kubernetes.io/managed-by': 'mapreduce-operator' } as const;

export function labelsOf(job: JobIdentity, component?: PodRole): Record<string, string> {
  return {
    'app.kubernetes.io/name': 'mapreduce',
    'app.kubernetes.io/instance': job.name,
    ...(component !== undefined && { 'app.kubernetes.io/component': component }),
    'app.kubernetes.io/part-of': 'mapreduce',
    ...managedBy,
    [jobLabels.jobName]: job.name,
    [jobLabels.jobUid]: job.uid,
    ...(component !== undefined && { [jobLabels.role]: component }),
  };
}

export function ownerOf({ name, uid }: JobIdentity): OwnerReference {
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** An object of a job's: named, labelled and owned. */
export function childOf(
  job: JobIdentity,
  child: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly name: string;
    readonly component?: PodRole;
    readonly labels?: Readonly<Record<string, string>>;
  },
): KubeObject {
  const { apiVersion: version, kind: childKind, name, component, labels } = child;
  return {
    apiVersion: version,
    kind: childKind,
    metadata: {
      namespace: job.namespace,
      name,
      labels: { ...labelsOf(job, component), ...labels },
      ownerReferences: [ownerOf(job)],
    },
  };
}
