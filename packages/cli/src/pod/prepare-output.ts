import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PreparationError } from '@mapreduce/coordinator/node';
import type { CoordinatorConfig } from '@mapreduce/protocol';
import type { JobFile, JobOutput } from '@mapreduce/protocol/resource';
import { DiskError } from '@mapreduce/service';
import { nodeDisk } from '@mapreduce/service/node';
import { discardOutput, OutputLayout } from '@mapreduce/storage';
import type { PodDirectories } from './pod-directories.ts';

/** Where the parts go. */
export function outputOf(
  output: JobOutput,
  directories: PodDirectories,
): CoordinatorConfig['output'] {
  const place =
    'pvc' in output
      ? { kind: 'file' as const, directory: join(directories.output, output.pvc.path) }
      : { kind: 'volume' as const, directory: directories.volumeOutput };
  return { ...place, overwrite: false };
}

/** The journal of one attempt; on a claim of its own it outlives the pod. */
export function stateOf(id: string, directories: PodDirectories): string {
  return join(directories.state, id);
}

/**
 * Takes back what earlier attempts at this job have left where their coordinators could not do so any
 * more: only what they wrote themselves. Throws `PreparationError`.
 */
export async function discardEarlier(
  { id, attempt }: JobFile,
  { directory }: CoordinatorConfig['output'],
  directories: PodDirectories,
): Promise<void> {
  const base = id.replace(/\d+$/, '');
  for (let earlier = 0; earlier < attempt; earlier++) {
    const layout = new OutputLayout(directory, `${base}${earlier}`);
    try {
      await discardOutput(nodeDisk, layout, { created: false });
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      throw new PreparationError('output', `output: ${directory}: ${error.message}`);
    }
    rmSync(stateOf(layout.job, directories), { recursive: true, force: true });
  }
}
