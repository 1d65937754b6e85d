import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { Log } from '@kubernetes/client-node';
import { pods as podResource, type PodObject, type Resource } from '@mapreduce/controller-runtime';
import { jobLabels } from '@mapreduce/protocol/resource';
import { CliError, exitCodes, type ExitCode } from '../../exit-codes.ts';
import { asked, openCluster, readJob, type Cluster, type ClusterFlags } from '../cluster.ts';
import { lineFilter, type LineFlags } from '../log-lines.ts';
import { noLog } from '../no-log.ts';

export interface LogFlags extends ClusterFlags, LineFlags {
  readonly follow?: boolean;
  readonly tail?: number;
  readonly pod?: string;
}

/** `logs`: the lines of a job's pods, each with the pod that said it. */
export async function logs(name: string, flags: LogFlags): Promise<ExitCode> {
  const cluster = openCluster(flags);
  const job = await readJob(cluster, name);
  const pods = (await podsOf(cluster, job.metadata.uid ?? '')).filter(
    ({ metadata }) => flags.pod === undefined || metadata.name === flags.pod,
  );
  if (pods.length === 0) {
    const which = flags.pod === undefined ? 'no pods' : `no pod ${flags.pod}`;
    throw new CliError(`job ${name}: has ${which}`);
  }
  const keep = lineFilter(flags);
  const one = (pod: PodObject) => podLog(cluster, pod, flags, keep);
  if (flags.follow === true) await Promise.all(pods.map(one));
  else for (const pod of pods) await one(pod);
  return exitCodes.done;
}

/** The pods of a job, its coordinator's first. */
export async function podsOf({ client, namespace }: Cluster, uid: string): Promise<PodObject[]> {
  const labelSelector = `${jobLabels.jobUid}=${uid}`;
  const resource = podResource as Resource<PodObject>;
  const { items } = await asked(client.list(resource, { namespace, labelSelector }));
  return [...items].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

async function podLog(
  { config, namespace }: Cluster,
  { metadata: { name, labels } }: PodObject,
  { follow = false, tail }: LogFlags,
  keep: (line: string) => boolean,
): Promise<void> {
  const stream = prefixed(name, keep);
  const options = { follow, ...(tail !== undefined && { tailLines: tail }) };
  try {
    const container = labels?.[jobLabels.role] ?? 'worker';
    await new Log(config).log(namespace, name, container, stream, options);
    await finished(stream);
  } catch (error) {
    // One that has not started has none; the others may tell why.
    process.stderr.write(`${name}: no log: ${noLog(error)}\n`);
  }
}

/** Whole lines, each behind the pod's name. */
function prefixed(pod: string, keep: (line: string) => boolean): Writable {
  let rest = '';
  const print = (line: string) => {
    if (line !== '' && keep(line)) process.stdout.write(`${pod}  ${line}\n`);
  };
  return new Writable({
    decodeStrings: false,
    defaultEncoding: 'utf8',
    write(chunk: Buffer | string, _encoding, done) {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(print);
      done();
    },
    final(done) {
      print(rest);
      done();
    },
  });
}
