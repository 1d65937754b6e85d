import { ApiError, isForbidden, noMetrics, type ApiClient } from '@mapreduce/controller-runtime';
import { HttpApiClient, KubeConfig } from '@mapreduce/controller-runtime/node';
import { nodeClock } from '@mapreduce/service/node';
import { CliError, exitCodes } from '../exit-codes.ts';
import { jobs, type JobObject } from './job-object.ts';

/** Flags that every command has, named as kubectl names its own. */
export interface ClusterFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
}

/** A cluster and a namespace of it, with the credentials of a kubeconfig. */
export interface Cluster {
  readonly config: KubeConfig;
  readonly client: ApiClient;
  readonly namespace: string;
}

/** Throws `CliError` for a kubeconfig that cannot be read, or has no such context. */
export function openCluster(flags: ClusterFlags): Cluster {
  const config = new KubeConfig();
  try {
    if (flags.kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(flags.kubeconfig);
  } catch (error) {
    throw new CliError(`kubeconfig: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (flags.context !== undefined) {
    const names = config.getContexts().map(({ name }) => name);
    if (!names.includes(flags.context)) {
      throw new CliError(`--context ${flags.context}: there are ${names.join(', ') || 'none'}`);
    }
    config.setCurrentContext(flags.context);
  }
  const ofContext = config.getContextObject(config.getCurrentContext())?.namespace;
  return {
    config,
    client: new HttpApiClient({
      ...{ config, clock: nodeClock, metrics: noMetrics },
      userAgent: 'kubectl-mapreduce',
    }),
    namespace: flags.namespace ?? ofContext ?? 'default',
  };
}

/** The job of that name. Throws `CliError` where there is none. */
export async function readJob({ client, namespace }: Cluster, name: string): Promise<JobObject> {
  const job = await asked(client.get(jobs, { namespace, name }));
  if (job !== undefined) return job;
  throw new CliError(`job ${name}: there is none in namespace ${namespace}`);
}

/** An answer of the API server, or a `CliError` that says what stands in the way. */
export async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw error instanceof ApiError ? told(error) : error;
  }
}

function told(error: ApiError): CliError {
  if (error.status === 0) {
    return new CliError(
      `the API server cannot be reached: ${error.message}`,
      exitCodes.connectionLost,
    );
  }
  // A resource that is not served answers so for any name and for lists; a missing object does not.
  if (error.status === 404 && error.reason !== 'NotFound') return notInstalled();
  if (isForbidden(error)) return new CliError(`not allowed: ${error.message}`);
  const causes = error.causes.map(({ field, message }) => `\n  ${field}: ${message}`);
  return new CliError(causes.length > 0 ? `refused:${causes.join('')}` : error.message);
}

function notInstalled(): CliError {
  return new CliError(
    'this cluster knows no MapReduceJob: install it with helm install mapreduce charts/mapreduce',
  );
}
