import { childNames, jobLabels } from '@mapreduce/protocol/resource';
import { jobUntil, type Job, type JobName } from './job.ts';
import { kubectl, kubectlJson, listObjects, type KubernetesObject } from './kubectl.ts';

/** An object of any kind, as the API server has it. */
export interface AnyObject extends KubernetesObject {
  readonly apiVersion: string;
  readonly metadata: KubernetesObject['metadata'] & { readonly ownerReferences?: unknown };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
}

/** A job that has finished, and what stays of it. */
export interface FinishedJob {
  readonly job: AnyObject;
  readonly children: readonly AnyObject[];
}

/** Sends an object to the API server, and returns what that makes of it. */
export type Send = (method: 'POST' | 'PATCH', path: string, body: unknown) => Promise<AnyObject>;

/** The kinds of what stays of a job that is complete. */
const plurals: Readonly<Record<string, string>> = {
  ConfigMap: 'configmaps',
  MapReduceJob: 'mapreducejobs',
  NetworkPolicy: 'networkpolicies',
  Pod: 'pods',
  Secret: 'secrets',
  Service: 'services',
};

/** What is left of a job that is complete, once its workers have gone. */
export async function finishedJob(of: JobName): Promise<FinishedJob> {
  const { namespace, name } = of;
  await jobUntil(of, ({ status }: Job) => status?.workers?.replicas === 0, 'without workers');
  const workers = `deployment/${childNames.workers(name)}`;
  await kubectl('wait', '-n', namespace, workers, '--for=delete', '--timeout=60s');
  const job = await kubectlJson<AnyObject>('get', 'mrj', '-n', namespace, name);
  const kinds = Object.values(plurals).filter((plural) => plural !== plurals['MapReduceJob']);
  const ofJob = `${jobLabels.jobUid}=${job.metadata.uid}`;
  return { job, children: await listObjects<AnyObject>(namespace, kinds.join(','), ofJob) };
}

/**
 * Makes another job like that one, with the status and all that stays. No node has its coordinator:
 * that is a pod whose status says that it runs.
 */
export async function makeLike(model: FinishedJob, name: string, send: Send): Promise<void> {
  const { job, children } = model;
  const renamed = (object: AnyObject, uid: string) =>
    JSON.parse(
      JSON.stringify(object)
        .replaceAll(job.metadata.name, name)
        .replaceAll(job.metadata.uid, uid)
        // The beginning of it is part of names.
        .replaceAll(job.metadata.uid.slice(0, 8), uid.slice(0, 8)),
    ) as AnyObject;
  const make = (object: AnyObject) => send('POST', pathOf(object), asNew(object));
  const setStatus = (object: AnyObject, status: unknown) =>
    send('PATCH', `${pathOf(object)}/${object.metadata.name}/status`, { status });

  const { metadata } = await make(renamed(job, ''));
  const made = renamed(job, metadata.uid);
  const coordinator = made.status?.['coordinator'] as object;
  await setStatus(made, { ...made.status, coordinator: { ...coordinator, node: undefined } });
  for (const child of children) {
    const own = renamed(child, metadata.uid);
    await make(own);
    if (own.kind === 'Pod') await setStatus(own, own.status);
  }
}

function pathOf({ apiVersion, kind, metadata: { namespace = '' } }: AnyObject): string {
  const group = apiVersion.includes('/') ? `apis/${apiVersion}` : `api/${apiVersion}`;
  return `/${group}/namespaces/${namespace}/${plurals[kind] ?? ''}`;
}

/** The object without what only the API server and the scheduler give it. */
function asNew(object: AnyObject): object {
  const { name, namespace, labels, ownerReferences } = object.metadata;
  const metadata = { name, namespace, labels, ownerReferences };
  const isPod = object.kind === 'Pod';
  const gates = isPod && { schedulingGates: [{ name: 'mapreduce.dev/never' }] };
  const given = { nodeName: undefined, clusterIP: undefined, clusterIPs: undefined };
  const spec = object.spec && { ...object.spec, ...given, ...gates };
  return { ...object, metadata, spec, status: undefined };
}
