import { defineResource, type ApiClient, type KubeObject } from '@mapreduce/controller-runtime';
import type { EventFact } from './facts.ts';

interface EventObject extends KubeObject {
  readonly type?: string;
  readonly reason?: string;
  readonly note?: string;
  readonly regarding?: { readonly kind?: string; readonly name?: string };
}

export const events = defineResource<EventObject>({
  ...{ group: 'events.k8s.io', version: 'v1', kind: 'Event', plural: 'events', namespaced: true },
});

const pageSize = 500;

/** The warnings about what belongs to a job, however many events there are of others. */
export async function warningsAbout(
  job: string,
  { client, namespace }: { readonly client: ApiClient; readonly namespace: string },
): Promise<EventFact[]> {
  const found: EventFact[] = [];
  const selection = { namespace, fieldSelector: 'type=Warning', limit: pageSize };
  let next: string | undefined;
  do {
    const from = next === undefined ? {} : { continue: next };
    const page = await client.list(events, { ...selection, ...from });
    for (const { type = '', reason = '', note = '', regarding } of page.items) {
      const { kind = '', name = '' } = regarding ?? {};
      if (concerns(kind, name, reason, job)) {
        found.push({ type, reason, note, regarding: `${kind}/${name}` });
      }
    }
    next = page.continue;
  } while (next !== undefined);
  return found;
}

/** What kubelets and the controller of volumes say of a pod that no container starts in: most telling first. */
export const notMounted: readonly string[] = [
  'FailedAttachVolume',
  'FailedMount',
  'FailedCreatePodSandBox',
];

/** All that belongs to a job is called after it; other warnings about a pod its own state tells better. */
function concerns(kind: string, name: string, reason: string, job: string): boolean {
  if (kind === 'Pod') return name.startsWith(`${job}-`) && notMounted.includes(reason);
  return name === job || name.startsWith(`${job}-worker`);
}
