import { exitCodes, type ExitCode } from '../../exit-codes.ts';
import { asked, openCluster, readJob, type ClusterFlags } from '../cluster.ts';
import { hasEnded, jobs } from '../job-object.ts';

/** `cancel`: ends a job for good. One that has ended stays as it is. */
export async function cancel(name: string, flags: ClusterFlags): Promise<ExitCode> {
  return change(name, flags, { spec: { cancel: true } }, 'is being cancelled');
}

/** `scale`: how many workers a job is to have. */
export async function scale(
  name: string,
  flags: ClusterFlags & { readonly workers: number },
): Promise<ExitCode> {
  const { workers: replicas } = flags;
  return change(name, flags, { spec: { workers: { replicas } } }, `goes to ${replicas} workers`);
}

async function change(
  name: string,
  flags: ClusterFlags,
  patch: object,
  said: string,
): Promise<ExitCode> {
  const cluster = openCluster(flags);
  const job = await readJob(cluster, name);
  if (hasEnded(job)) {
    process.stdout.write(`job ${name} has ended: ${job.status?.phase ?? ''}\n`);
    return exitCodes.done;
  }
  await asked(cluster.client.patch(jobs, { namespace: cluster.namespace, name }, patch));
  process.stdout.write(`job ${name} ${said}\n`);
  return exitCodes.done;
}
