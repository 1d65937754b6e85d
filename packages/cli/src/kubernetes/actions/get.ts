import { exitCodes, type ExitCode } from '../../exit-codes.ts';
import { formatDuration } from '../../values/duration.ts';
import { formatSize } from '../../values/size.ts';
import { counted, grouped } from '../../view/style.ts';
import { asked, openCluster, readJob, type ClusterFlags } from '../cluster.ts';
import { jobs, type JobObject } from '../job-object.ts';
import { programName } from '../program-name.ts';
import { table } from '../table.ts';

/** `get`: one line a job; of one job all that matters. */
export async function get(
  name: string | undefined,
  flags: ClusterFlags & { readonly json?: boolean },
): Promise<ExitCode> {
  const cluster = openCluster(flags);
  const print = (text: string) => void process.stdout.write(`${text}\n`);
  if (name !== undefined) {
    const job = await readJob(cluster, name);
    print(flags.json === true ? JSON.stringify(job) : jobLines(job, Date.now()).join('\n'));
    return exitCodes.done;
  }
  const { client, namespace } = cluster;
  const { items } = await asked(client.list(jobs, { namespace }));
  if (flags.json === true) for (const job of items) print(JSON.stringify(job));
  else if (items.length === 0) print(`no jobs in namespace ${namespace}`);
  else print(listLines(items, Date.now()).join('\n'));
  return exitCodes.done;
}

/** A table of jobs, the newest last. */
export function listLines(list: readonly JobObject[], nowMs: number): string[] {
  const rows = [...list]
    .sort((a, b) => createdAt(a) - createdAt(b))
    .map((job) => {
      const { status = {} } = job;
      return [
        job.metadata.name,
        programName(job.spec.program),
        status.phase ?? 'Pending',
        status.progress === undefined ? '' : `${status.progress.percentage} %`,
        status.maps ?? '',
        status.reduces ?? '',
        status.workers === undefined ? '' : `${status.workers.ready}/${job.spec.workers.replicas}`,
        formatDuration(nowMs - createdAt(job)),
      ];
    });
  const head = ['NAME', 'PROGRAM', 'PHASE', 'DONE', 'MAPS', 'REDUCES', 'WORKERS', 'AGE'];
  return table([head, ...rows]);
}

/** What there is to say of one job. */
export function jobLines(job: JobObject, nowMs: number): string[] {
  const { metadata, spec, status = {} } = job;
  const { progress, failure, output, workers, coordinator } = status;
  const rows: (readonly [string, string])[] = [
    ['job', `${metadata.namespace ?? ''}/${metadata.name}`],
    ['program', programName(spec.program)],
    ['phase', `${status.phase ?? 'Pending'}, ${formatDuration(nowMs - createdAt(job))} old`],
    ...(progress === undefined
      ? []
      : ([
          ['progress', `${progress.percentage} %, in phase ${progress.phase}`],
          ['maps', `${status.maps ?? ''} of ${formatSize(progress.inputs.bytes)}`],
          ['reduces', status.reduces ?? ''],
        ] as const)),
    ['workers', `${workers?.ready ?? 0} ready of ${spec.workers.replicas}`],
    ...(coordinator?.pod === undefined
      ? []
      : ([['coordinator', `${coordinator.pod} on ${coordinator.node ?? 'no node yet'}`]] as const)),
    ...(output === undefined
      ? []
      : ([
          [
            'output',
            `${output.location}: ${counted(output.recordsWritten, 'record')}, ${formatSize(output.bytesWritten)}`,
          ],
        ] as const)),
    ...(status.expirationTime === undefined
      ? []
      : ([['deleted', `at ${status.expirationTime}`]] as const)),
    ...(failure === undefined ? [] : ([['failure', failure.message]] as const)),
    ...attemptFacts(status.attempts),
    ...(status.conditions ?? []).map(
      ({ type, status: value, reason, message }) =>
        [type, `${value} (${reason}) ${message}`.trimEnd()] as const,
    ),
  ];
  return table(rows.map(([name, text]) => [name, text]));
}

function attemptFacts(
  attempts: NonNullable<JobObject['status']>['attempts'],
): (readonly [string, string])[] {
  if (attempts === undefined) return [];
  const facts = Object.entries(attempts).filter(([, count]) => count > 0);
  return [['attempts', facts.map(([name, count]) => `${grouped(count)} ${name}`).join(', ')]];
}

function createdAt({ metadata }: JobObject): number {
  return Date.parse(metadata.creationTimestamp ?? '');
}
