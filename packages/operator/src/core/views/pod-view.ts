import { jobLabels } from '@mapreduce/protocol/resource';
import type { KubeObject, PodObject } from '@mapreduce/controller-runtime';
import { parseTime } from '../time.ts';
import { waitingOf, type Waiting } from './waiting.ts';

export type PodRole = 'coordinator' | 'worker';

/** What the policies look at in a pod. Times in milliseconds since 1970. */
export interface PodView {
  readonly name: string;
  readonly uid: string;
  readonly role: PodRole;
  /** Of the coordinator; 0 for workers. */
  readonly generation: number;
  readonly attempt: number;
  readonly node: string | undefined;
  readonly ip: string | undefined;
  readonly phase: string;
  readonly ready: boolean;
  readonly createdAt: number;
  /** Since when it has its node. */
  readonly scheduledAt: number | undefined;
  /**
   * Whether its volumes are mounted and its network is there, so that only images or containers of
   * its own hold it up; undefined where the cluster does not tell.
   */
  readonly mayStart: boolean | undefined;
  /** When its time to end in an orderly way is over, once its deletion has been asked for. */
  readonly deletedBy: number | undefined;
  /** Why it failed as a whole, such as `Evicted`. */
  readonly reason: string | undefined;
  readonly message: string | undefined;
  /** It was disrupted by somebody else, who gave this reason: it is not to blame. */
  readonly disruption: string | undefined;
  /** Why it does not run yet, or no more. */
  readonly waiting: Waiting | undefined;
  readonly deletionCost: number;
}

export const deletionCostAnnotation = 'controller.kubernetes.io/pod-deletion-cost';

/** Its containers have ended for good. */
export function hasEnded({ phase }: Pick<PodView, 'phase'>): boolean {
  return phase === 'Failed' || phase === 'Succeeded';
}

/** Undefined for a pod that is none of a job's. */
export function podView(object: KubeObject): PodView | undefined {
  const { metadata, spec, status } = object as PodObject;
  const labels = metadata.labels ?? {};
  const role = labels[jobLabels.role];
  if (role !== 'coordinator' && role !== 'worker') return undefined;
  const conditions = status?.conditions ?? [];
  const isTrue = (type: string) =>
    conditions.find((condition) => condition.type === type && condition.status === 'True');
  const sandbox = conditions.find(({ type }) => type === 'PodReadyToStartContainers');
  return {
    name: metadata.name,
    uid: metadata.uid ?? '',
    role,
    generation: Number(labels[jobLabels.generation] ?? 0),
    attempt: Number(labels[jobLabels.attempt] ?? 0),
    node: spec?.nodeName,
    ip: status?.podIP,
    phase: status?.phase ?? 'Pending',
    ready: isTrue('Ready') !== undefined,
    createdAt: parseTime(metadata.creationTimestamp) ?? 0,
    scheduledAt: parseTime(isTrue('PodScheduled')?.lastTransitionTime),
    mayStart: sandbox && sandbox.status === 'True',
    deletedBy: parseTime(metadata.deletionTimestamp),
    reason: status?.reason,
    message: status?.message,
    disruption: isTrue('DisruptionTarget')?.reason,
    waiting: waitingOf(object),
    deletionCost: Number(metadata.annotations?.[deletionCostAnnotation] ?? 0),
  };
}

/** How long a pod may take to mount its volumes before it is looked whether they are there. */
export const mountMs = 3_000;

/** Whether a pod has its node, and nothing says why no container of it starts. */
export function awaitsVolumes({ phase, node, waiting, deletedBy }: PodView): boolean {
  return (
    phase === 'Pending' && node !== undefined && waiting === undefined && deletedBy === undefined
  );
}

/** What no start takes: a volume is attached and mounted, or a usual image is pulled, within it. */
export const startMs = 60_000;

/** Since when a pod has had its node without anything to say why no container of it starts. */
export function hungSince(pod: PodView): number | undefined {
  return awaitsVolumes(pod) ? (pod.scheduledAt ?? pod.createdAt) : undefined;
}
