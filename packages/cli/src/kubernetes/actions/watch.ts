import { nodeClock } from '@mapreduce/service/node';
import { CliError, exitCodes, type ExitCode } from '../../exit-codes.ts';
import { formatDuration } from '../../values/duration.ts';
import { chooseView } from '../../view/choose-view.ts';
import { counted } from '../../view/style.ts';
import { asked, openCluster, readJob, type Cluster, type ClusterFlags } from '../cluster.ts';
import { followJob } from '../follow-job.ts';
import { hasEnded, isTrue, type JobObject } from '../job-object.ts';
import { statusOfJob } from '../status-of-job.ts';

export interface WatchFlags extends ClusterFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `watch`: the pipeline as it runs, until the job has ended; its end is the exit code. */
export async function watch(name: string, flags: WatchFlags): Promise<ExitCode> {
  const cluster = openCluster(flags);
  await readJob(cluster, name);
  return watchJob(cluster, name, flags);
}

/** Shows a job that is there until it has ended. */
export async function watchJob(
  cluster: Cluster,
  name: string,
  { json = false, quiet = false }: WatchFlags,
): Promise<ExitCode> {
  const view = chooseView({ json, quiet }, process.stdout, process.env);
  let last: JobObject | undefined;
  try {
    last = await asked(shown(cluster, name, (job) => view.update(statusOfJob(job, Date.now()))));
  } finally {
    view.close();
  }
  if (last === undefined) throw new CliError(`job ${name}: was deleted`, exitCodes.cancelled);
  const exitCode = exitCodeOf(last);
  if (!json && !quiet) process.stdout.write(`${endLine(last)}\n`);
  return exitCode;
}

/** The job as it ended; undefined where it was deleted before. */
async function shown(
  { client, namespace }: Cluster,
  name: string,
  show: (job: JobObject) => void,
): Promise<JobObject | undefined> {
  for await (const job of followJob(client, nodeClock, { namespace, name })) {
    show(job);
    if (hasEnded(job)) return job;
  }
  return undefined;
}

/** What is said at the end. */
export function endLine(job: JobObject): string {
  const { metadata, status = {} } = job;
  if (!isTrue(job, 'Complete')) {
    return `failed: ${status.failure?.message ?? failedCondition(job)?.message ?? 'no reason is known'}`;
  }
  const took = Date.parse(status.completionTime ?? '') - Date.parse(status.startTime ?? '');
  return (
    `done in ${formatDuration(took)}: ${counted(status.output?.recordsWritten ?? 0, 'record')}; ` +
    `kubectl mapreduce cat ${metadata.name} -n ${metadata.namespace ?? 'default'} prints them`
  );
}

function failedCondition({ status }: JobObject) {
  return status?.conditions?.find((own) => own.type === 'Failed' && own.status === 'True');
}

function exitCodeOf(job: JobObject): ExitCode {
  if (isTrue(job, 'Complete')) return exitCodes.done;
  const reason = failedCondition(job)?.reason;
  if (reason === 'Cancelled') return exitCodes.cancelled;
  return reason?.endsWith('DeadlineExceeded') === true ? exitCodes.timedOut : exitCodes.failed;
}
