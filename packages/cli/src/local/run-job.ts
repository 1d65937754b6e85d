import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { CoordinatorConfig, JobStatus, Program } from '@mapreduce/protocol';
import { streamingName } from '@mapreduce/protocol/plain';
import { beginBundle } from '../program/bundle.ts';
import type { FoundProgram } from '../program/find-program.ts';
import type { JobView } from '../view/job-view.ts';
import { LocalCluster } from './cluster.ts';
import { followJob } from './follow-job.ts';
import { cancelled, whenAborted, type Interrupts } from './interrupts.ts';
import { jobConfig, type JobRequest } from './job-config.ts';
import { endedBy } from './role-process.ts';
import type { RunDirectory } from './run-directory.ts';

export interface LocalJob extends JobRequest {
  /** The file that Node runs for each role: this command itself. */
  readonly entry: string;
  readonly program: FoundProgram;
  readonly workers: number;
  readonly slots: number;
  /** See `ClusterOptions`. */
  readonly isSmall: boolean;
}

export interface Watch {
  readonly view: JobView;
  /** The user's wish that the job end. */
  readonly interrupts: Pick<Interrupts, 'signal' | 'hurried'>;
  /** Is given the means to end every process at once. */
  readonly onStarted: (kill: () => void) => void;
}

/**
 * Runs a job on a cluster of this machine. Resolves with its last status, be it success or failure;
 * throws `CliError` where there is none. Either way every process has ended then, and what did not
 * succeed has left no output.
 */
export async function runLocalJob(
  job: LocalJob,
  directory: RunDirectory,
  { view, interrupts, onStarted }: Watch,
): Promise<JobStatus> {
  const created = !existsSync(job.output);
  // First: by the time that the coordinator wants the program, it is there.
  const program = await beginProgram(job.program, directory);
  const cluster = new LocalCluster({
    ...{ entry: job.entry, directory, workers: job.workers, slots: job.slots },
    isSmall: job.isSmall,
    onWorkerEnded: (worker, ended) =>
      view.note(`worker ${worker} ended (${endedBy(ended)}); another starts`),
    onCoordinatorEnded: (ended) =>
      view.note(`the coordinator ended (${endedBy(ended)}); it starts again`),
  });
  onStarted(() => cluster.kill());
  let config: CoordinatorConfig | undefined;
  let status: JobStatus | undefined;
  const followed = async () => {
    const prepared = await program.prepared;
    if (interrupts.signal.aborted) throw cancelled(interrupts.signal);
    config = jobConfig(job, prepared, directory);
    await cluster.configure(config);
    return followJob(cluster, view, interrupts.signal);
  };
  const hurried = whenAborted(interrupts.hurried).then(() => {
    throw cancelled(interrupts.hurried);
  });
  try {
    status = await Promise.race([followed(), hurried]);
    return status;
  } finally {
    await cluster.stop();
    if (config !== undefined && status?.state !== 'succeeded') {
      await discard(config, created);
    }
  }
}

/** Loads what it needs only now: a job that succeeds should not wait for it. */
async function discard({ output, job }: CoordinatorConfig, created: boolean): Promise<void> {
  const [{ discardOutput, OutputLayout }, { nodeDisk }] = await Promise.all([
    import('@mapreduce/storage'),
    import('@mapreduce/service/node'),
  ]);
  await discardOutput(nodeDisk, new OutputLayout(output.directory, job.id), { created });
}

async function beginProgram(
  program: FoundProgram,
  directory: RunDirectory,
): Promise<{ readonly prepared: Promise<Program> }> {
  if (program.kind === 'builtin') return { prepared: Promise.resolve(program) };
  if (program.kind === 'streaming') {
    return { prepared: Promise.resolve({ ...program, name: streamingName(program.commands) }) };
  }
  const { path } = program;
  const { bundle } = await beginBundle(path);
  const prepared = bundle.then(async ({ code, sha256 }): Promise<Program> => {
    await writeFile(directory.program, code, { mode: 0o600, flag: 'wx' });
    return { kind: 'module', name: path, sha256 };
  });
  // A run that is interrupted meanwhile has no more use for it.
  prepared.catch(() => undefined);
  return { prepared };
}
