import { defineResource, type ApiClient, type KubeObject } from '@mapreduce/controller-runtime';
import { childNames, kind as jobKind } from '@mapreduce/protocol/resource';
import type { JobObject } from '../job-object.ts';
import type { EventFact, Facts } from './facts.ts';

interface EventObject extends KubeObject {
  readonly reason?: string;
  readonly note?: string;
  readonly regarding?: Reference;
  // Whoever wrote it, one of these is there; what is not may be null.
  readonly series?: { readonly lastObservedTime?: string | null } | null;
  readonly deprecatedLastTimestamp?: string | null;
  readonly eventTime?: string | null;
}

interface Reference {
  readonly kind?: string;
  readonly name?: string;
  readonly uid?: string;
}

export const events = defineResource<EventObject>({
  ...{ group: 'events.k8s.io', version: 'v1', kind: 'Event', plural: 'events', namespaced: true },
});

const pageSize = 500;

/** The warnings about a job and what belongs to it, however many events there are of others. */
export async function warningsAbout(
  { job, pods }: Pick<Facts, 'job' | 'pods'>,
  { client, namespace }: { readonly client: ApiClient; readonly namespace: string },
): Promise<EventFact[]> {
  const concerns = concerning(job, new Set(pods.map(({ metadata }) => metadata.uid)));
  const found: EventFact[] = [];
  const selection = { namespace, fieldSelector: 'type=Warning', limit: pageSize };
  let next: string | undefined;
  do {
    const from = next === undefined ? {} : { continue: next };
    const page = await client.list(events, { ...selection, ...from });
    for (const event of page.items) {
      const { reason = '', note = '', regarding = {} } = event;
      const { kind = '', name = '' } = regarding;
      const fact = { reason, note, regarding: `${kind}/${name}`, at: lastSeen(event) };
      if (concerns(fact, regarding)) found.push(fact);
    }
    next = page.continue;
  } while (next !== undefined);
  return found;
}

function lastSeen({ series, deprecatedLastTimestamp, eventTime, metadata }: EventObject): number {
  const { creationTimestamp = '' } = metadata;
  const last = series?.lastObservedTime ?? deprecatedLastTimestamp ?? eventTime;
  return Date.parse(last ?? creationTimestamp);
}

/** What kubelets and the controller of volumes say of a pod that no container starts in: most telling first. */
export const notMounted: readonly string[] = [
  'FailedAttachVolume',
  'FailedMount',
  'FailedCreatePodSandBox',
];

/** Whether a warning is about the job: another of its name may have been there an hour ago. */
function concerning(
  { metadata }: JobObject,
  pods: ReadonlySet<string | undefined>,
): (event: EventFact, regarding: Reference) => boolean {
  const workers = childNames.workers(metadata.name);
  const namesOfKind: Readonly<Record<string, (name: string) => boolean>> = {
    Deployment: (name) => name === workers,
    ReplicaSet: (name) => name.slice(0, name.lastIndexOf('-')) === workers,
    PersistentVolumeClaim: (name) => name === childNames.coordinatorClaim(metadata.name),
  };
  const createdAt = Date.parse(metadata.creationTimestamp ?? '');
  return ({ reason, at }, { kind = '', name = '', uid }) => {
    if (kind === jobKind) return uid === metadata.uid;
    // All else about a pod its own state tells better.
    if (kind === 'Pod') return notMounted.includes(reason) && pods.has(uid);
    return at >= createdAt && namesOfKind[kind]?.(name) === true;
  };
}
