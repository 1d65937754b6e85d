import { randomBytes } from 'node:crypto';
import { streamingName } from '@mapreduce/protocol/plain';
import { exitCodes, type ExitCode } from '../../exit-codes.ts';
import { asked, openCluster } from '../cluster.ts';
import { programAndInputs, type StreamingFlags } from '../../program/streaming.ts';
import { jobs } from '../job-object.ts';
import { readInput } from '../submit/inputs.ts';
import { manifest, readOutput } from '../submit/manifest.ts';
import { readProgram } from '../submit/program.ts';
import { watchJob, type WatchFlags } from './watch.ts';

export interface SubmitFlags extends WatchFlags, StreamingFlags {
  readonly name?: string;
  readonly output?: string;
  readonly reducers?: number;
  readonly workers?: number;
  readonly slots?: number;
  readonly splitSize?: string;
  readonly memory?: string;
  readonly skipBadRecords?: number;
  readonly dryRun?: boolean;
  readonly watch?: boolean;
}

/** `submit`: makes a MapReduceJob of a program and inputs; with `--watch` waits for its end. */
export async function submit(words: readonly string[], flags: SubmitFlags): Promise<ExitCode> {
  const { commands, program, inputs } = programAndInputs(words, flags);
  const cluster = openCluster(flags);
  const { reducers, splitSize, memory, skipBadRecords, workers: replicas, slots } = flags;
  const job = manifest({
    ...{ namespace: cluster.namespace, name: flags.name },
    programText: program ?? streamingName(commands),
    program: commands === undefined ? await readProgram(program) : { streaming: commands },
    inputs: inputs.map(readInput),
    output: flags.output === undefined ? undefined : readOutput(flags.output),
    settings: given({ reducers, splitSize, memory, skipBadRecords }),
    workers: given({ replicas, slots }),
    suffix: randomBytes(3).toString('hex'),
  });
  if (flags.dryRun === true) {
    process.stdout.write(`${JSON.stringify(job, undefined, 2)}\n`);
    return exitCodes.done;
  }
  await asked(cluster.client.create(jobs, job));
  const { name } = job.metadata;
  if (flags.watch === true) return watchJob(cluster, name, flags);
  const where = cluster.namespace === 'default' ? '' : ` -n ${cluster.namespace}`;
  process.stdout.write(
    `job ${name} submitted\n` +
      `  kubectl mapreduce watch ${name}${where}    shows it while it runs\n` +
      `  kubectl mapreduce cat ${name}${where}      prints its output\n`,
  );
  return exitCodes.done;
}

function given(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
