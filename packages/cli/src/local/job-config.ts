import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import type { CoordinatorConfig, Input, JobSettings, Program } from '@mapreduce/protocol';
import type { RunDirectory } from './run-directory.ts';

/** What of a job the command line settles. */
export interface JobRequest {
  readonly inputs: readonly Input[];
  readonly output: string;
  readonly overwrite: boolean;
  readonly settings: Omit<JobSettings, 'id' | 'program'>;
}

/** The configuration of a coordinator whose workers share this machine's files. */
export function jobConfig(
  { inputs, output, overwrite, settings }: JobRequest,
  program: Program,
  directory: RunDirectory,
): CoordinatorConfig {
  return {
    job: { ...settings, id: `local-${randomBytes(6).toString('hex')}`, program },
    ...(program.kind === 'module' && { programFile: directory.program }),
    inputs: [...inputs],
    output: { kind: 'file', directory: resolve(output), overwrite },
    listen: { host: '127.0.0.1', port: 0 },
    tokens: directory.tokenFiles,
    stateDirectory: directory.state,
    generation: 1,
    lingerMs: 0,
  };
}
