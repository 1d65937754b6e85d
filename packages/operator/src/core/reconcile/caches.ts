import {
  controllerOf,
  defineResource,
  deployments,
  formatKey,
  pods,
  services,
  type Informer,
  type KubeObject,
  type Manager,
  type ObjectKey,
  type Resource,
} from '@mapreduce/controller-runtime';
import { group, jobLabels, kind, plural, version } from '@mapreduce/protocol/resource';
import { managedBy } from '../children/identity.ts';

export const mapReduceJobs = defineResource({ group, version, kind, plural, namespaced: true });

const networkPolicies = defineResource({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
  namespaced: true,
});
const disruptionBudgets = defineResource({
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  namespaced: true,
});
const claims = defineResource({
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  namespaced: true,
});

/** The kinds of what a job owns, but for Secrets and ConfigMaps, which are never listed. */
export const childResources: readonly Resource[] = [
  pods,
  deployments,
  services,
  networkPolicies,
  disruptionBudgets,
  claims,
];

export function resourceOf(kindOfChild: string): Resource {
  const found = childResources.find((resource) => resource.kind === kindOfChild);
  if (found === undefined) throw new TypeError(`no job owns a ${kindOfChild}`);
  return found;
}

/** What the operator follows. */
export interface Caches {
  readonly jobs: Informer<KubeObject>;
  readonly children: readonly Informer<KubeObject>[];
  /** Absent where nodes may not be read. */
  readonly nodes: Informer<KubeObject> | undefined;
}

export interface Scope {
  /** Undefined: all of them. */
  readonly namespaces: readonly string[] | undefined;
  readonly nodes: Informer<KubeObject> | undefined;
}

export function followJobs(manager: Manager, { namespaces, nodes }: Scope): Caches {
  const where = namespaces === undefined ? {} : { namespaces };
  const labelSelector = Object.entries(managedBy)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const children = childResources.map((resource) => {
    const informer = manager.informer(resource, { ...where, labelSelector });
    informer.cache.addIndex(byJob, ({ metadata }) => {
      const uid = metadata.labels?.[jobLabels.jobUid];
      return uid === undefined ? [] : [uid];
    });
    informer.cache.addIndex(byJobName, (object) => jobKeysOf(object).map(formatKey));
    return informer;
  });
  return { jobs: manager.informer(mapReduceJobs, where), children, nodes };
}

const byJob = 'job';
const byJobName = 'job-name';

/** The job that an object is made for. */
export function jobKeysOf({ metadata: { namespace, labels } }: KubeObject): ObjectKey[] {
  const name = labels?.[jobLabels.jobName];
  return name === undefined || namespace === undefined ? [] : [{ namespace, name }];
}

/** What is made for a job, of the kinds that are followed. */
export function childrenOf({ children }: Caches, uid: string): KubeObject[] {
  return children.flatMap(({ cache }) =>
    cache.byIndex(byJob, uid).filter((object) => {
      const owner = controllerOf(object);
      // Workers belong to a ReplicaSet of the job's Deployment.
      return owner?.uid === uid || owner?.kind === 'ReplicaSet';
    }),
  );
}

/** Pods of jobs of this name, none of which is there any more. */
export function orphanedPods({ children }: Caches, key: ObjectKey): KubeObject[] {
  const podCache = children.find(({ resource }) => resource.kind === 'Pod')?.cache;
  return podCache?.byIndex(byJobName, formatKey(key)) ?? [];
}
