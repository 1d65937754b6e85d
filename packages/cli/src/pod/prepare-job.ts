import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { UnpreparedJob } from '@mapreduce/coordinator/node';
import type { CoordinatorConfig, JobSettings, Program } from '@mapreduce/protocol';
import { parseSize } from '@mapreduce/protocol/plain';
import type { JobFile } from '@mapreduce/protocol/resource';
import type { Web } from '@mapreduce/service';
import type { PodDirectories } from './pod-directories.ts';
import { prepareInputs } from './prepare-inputs.ts';
import { discardEarlier, outputOf, stateOf } from './prepare-output.ts';
import { PreparationRecord } from './preparation-record.ts';
import { prepareProgram, programName } from './prepare-program.ts';

export interface PodJob {
  readonly file: JobFile;
  /** Of this coordinator, as the operator counts them. */
  readonly generation: number;
  readonly listen: CoordinatorConfig['listen'];
  readonly directories: PodDirectories;
  readonly web: Web;
}

/** A job of the cluster: its status can be asked for while its program and inputs are made ready. */
export function unpreparedJob(job: PodJob): UnpreparedJob {
  const { file, directories, generation, listen } = job;
  const record = new PreparationRecord(stateOf(file.id, directories));
  const output = outputOf(file.spec.output, directories);
  const base = {
    listen,
    tokens: {
      control: join(directories.tokens, 'control'),
      worker: join(directories.tokens, 'worker'),
    },
  };
  return {
    ...base,
    job: file.id,
    program: programName(file.spec.program),
    output: output.directory,
    isKnown: record.exists(),
    prepare: () => record.orElse(() => prepare(job, { ...base, output }), { ...base, generation }),
  };
}

async function prepare(
  { file, generation, directories, web }: PodJob,
  base: Pick<CoordinatorConfig, 'listen' | 'tokens' | 'output'>,
): Promise<CoordinatorConfig> {
  const stateDirectory = stateOf(file.id, directories);
  mkdirSync(stateDirectory, { recursive: true });
  await discardEarlier(file, base.output, directories);
  const inputs = prepareInputs(file.spec.inputs, directories);
  const { program, file: programFile } = await prepareProgram(
    file.spec.program,
    directories,
    stateDirectory,
    web,
  );
  return {
    ...base,
    job: settingsOf(file, program),
    ...(programFile !== undefined && { programFile }),
    inputs,
    stateDirectory,
    generation,
    // It serves its output and its status until somebody removes it.
    lingerMs: 0,
  };
}

/** The settings that the spec means. */
export function settingsOf({ id, spec }: JobFile, program: Program): JobSettings {
  return {
    id,
    program,
    reducers: spec.reducers,
    splitSize: parseSize(spec.splitSize),
    memory: parseSize(spec.memory),
    taskTimeoutMs: spec.taskTimeoutSeconds * 1_000,
    skipBadRecords: spec.skipBadRecords,
    format: spec.format,
    // The classic format is there to be read.
    compression: spec.format === 'json' ? 'none' : 'zstd',
    fsync: true,
    backupTasks: spec.backupTasks,
  };
}
