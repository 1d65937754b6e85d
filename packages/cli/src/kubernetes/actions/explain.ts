import { defineResource, type KubeObject } from '@mapreduce/controller-runtime';
import { exitCodes, type ExitCode } from '../../exit-codes.ts';
import { asked, openCluster, readJob, type Cluster, type ClusterFlags } from '../cluster.ts';
import { explain } from '../explain/explain.ts';
import type { EventFact, Finding } from '../explain/facts.ts';
import { podsOf } from './logs.ts';

interface EventObject extends KubeObject {
  readonly type?: string;
  readonly reason?: string;
  readonly note?: string;
  readonly regarding?: { readonly kind?: string; readonly name?: string };
}

const events = defineResource<EventObject>({
  ...{ group: 'events.k8s.io', version: 'v1', kind: 'Event', plural: 'events', namespaced: true },
});

/** `explain`: why a job waits, is slow or failed, in one sentence, with what to do. */
export async function explainJob(
  name: string,
  flags: ClusterFlags & { readonly all?: boolean },
): Promise<ExitCode> {
  const cluster = openCluster(flags);
  const job = await readJob(cluster, name);
  const pods = await podsOf(cluster, job.metadata.uid ?? '');
  const seen = (await eventsIn(cluster)).filter(({ regarding }) => concerns(regarding, name));
  const findings = explain({ job, pods, events: seen, now: Date.now() });
  for (const finding of flags.all === true ? findings : findings.slice(0, 1)) {
    process.stdout.write(`${sentences(finding)}\n`);
  }
  const more = findings.length - 1;
  if (flags.all !== true && more > 0) process.stdout.write(`(${more} more: --all)\n`);
  return exitCodes.done;
}

async function eventsIn({ client, namespace }: Cluster): Promise<EventFact[]> {
  const { items } = await asked(client.list(events, { namespace, limit: 500 }));
  return items.map(({ type = '', reason = '', note = '', regarding }) => ({
    ...{ type, reason, note },
    regarding: `${regarding?.kind ?? ''}/${regarding?.name ?? ''}`,
  }));
}

/** All that belongs to a job is called after it; a warning about a pod its own state tells better. */
function concerns(regarding: string, job: string): boolean {
  const [kind, name = ''] = regarding.split('/');
  return kind !== 'Pod' && (name === job || name.startsWith(`${job}-worker`));
}

function sentences({ what, remedy }: Finding): string {
  const first = `${what.charAt(0).toUpperCase()}${what.slice(1)}`;
  return remedy === undefined ? first : `${first}\n  → ${remedy}`;
}
