import {
  isOlder,
  type ApiClient,
  type KubeObject,
  type ObjectKey,
} from '@mapreduce/controller-runtime';
import { otherKey } from '../children/plan-children.ts';
import { isTrue } from '../conditions.ts';
import type { Observed, ObservedJob } from '../observed.ts';
import { isTerminal } from '../plan.ts';
import { deploymentView } from '../views/deployment-view.ts';
import { awaitsVolumes, mountMs, podView } from '../views/pod-view.ts';
import { childrenOf, type Caches } from './caches.ts';
import type { JobMemory } from './job-memory.ts';
import { missingSources } from './missing-sources.ts';
import type { NodeSource } from './node-cache.ts';
import type { PrivateObjects } from './private-objects.ts';

/** The newest state of a job that this process has seen or made: its cache may be late. */
export function newestJob(
  caches: Caches,
  key: ObjectKey,
  written: KubeObject | undefined,
): KubeObject | undefined {
  const cached = caches.jobs.cache.get(key);
  if (cached === undefined || written === undefined) return cached;
  if (written.metadata.uid !== cached.metadata.uid) return cached;
  const [own, theirs] = [written.metadata.resourceVersion, cached.metadata.resourceVersion];
  return isOlder(theirs ?? '', own ?? '') ? written : cached;
}

/** Whether the output of a job that is complete may want another coordinator to serve it. */
function isWithoutCoordinator({ status }: ObservedJob, pods: readonly KubeObject[]): boolean {
  const isServing = pods.some((pod) => {
    const { role, generation, phase, deletedBy } = podView(pod) ?? {};
    const isCurrent = role === 'coordinator' && generation === status.coordinator?.generation;
    return isCurrent && phase === 'Running' && deletedBy === undefined;
  });
  return isTrue(status.conditions, 'Complete') && !isServing;
}

export interface ObserveSources {
  readonly client: ApiClient;
  readonly caches: Caches;
  readonly nodes: NodeSource;
  readonly privateObjects: PrivateObjects;
  readonly memory: JobMemory;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Everything that a plan for the job is made from. Asks the API server for what is not followed. */
export async function observe(
  job: ObservedJob,
  { client, caches, nodes, privateObjects, memory, now }: ObserveSources,
  signal: AbortSignal,
): Promise<Observed> {
  const children = childrenOf(caches, job.uid);
  const ofKind = (kind: string) => children.filter((child) => child.kind === kind);
  const { status } = job;
  const needsFile =
    status.attemptTime !== undefined &&
    (!isTerminal(job) || isWithoutCoordinator(job, ofKind('Pod')));
  const found = needsFile
    ? await privateObjects.source(job, status.attempt ?? 0, signal)
    : undefined;
  const [deployment] = ofKind('Deployment');
  // Where one lacks something, all of its role do.
  const waiting = (['coordinator', 'worker'] as const).flatMap((role) => {
    const isStuck = (pod: KubeObject) => {
      const view = podView(pod);
      return view?.role === role && awaitsVolumes(view) && now >= view.createdAt + mountMs;
    };
    return needsFile ? (ofKind('Pod').find(isStuck) ?? []) : [];
  });
  const missing = await Promise.all(waiting.map((pod) => missingSources(client, pod, signal)));
  const pods = ofKind('Pod').flatMap((pod) => podView(pod) ?? []);
  const nodeNames = pods.flatMap(({ node }) => node ?? []);
  return {
    now,
    job,
    source: found?.source,
    isSourceWritten: found?.isWritten ?? false,
    pods,
    missing: missing.flat(),
    areTokensLost: needsFile && pods.length > 0 && !(await privateObjects.hasTokens(job, signal)),
    deployment: deployment && deploymentView(deployment),
    others: new Map(
      children
        .filter(({ kind }) => kind !== 'Pod' && kind !== 'Deployment')
        .map((child) => [otherKey(child), child]),
    ),
    nodes: await nodes(nodeNames, signal),
    talk: memory.talk?.heard ?? {},
    refusals: memory.refusals,
    launch: memory.launch,
  };
}
