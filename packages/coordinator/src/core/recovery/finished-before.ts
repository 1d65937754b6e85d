import type { CoordinatorConfig } from '@mapreduce/protocol';
import { decodeSuccess, orMissing, OutputLayout } from '@mapreduce/storage';
import type { CoordinatorPorts } from '../ports.ts';
import { restoreState, type RestoredState } from './restored-state.ts';

/**
 * What a replacement without a journal knows of a job whose `_SUCCESS` lies in the output: that it has
 * succeeded. Undefined where there is none of this very job, settings and program. A coordinator of the
 * first generation never asks: for it, such an output is that of a run before.
 */
export async function finishedBefore(
  { job, generation, output }: CoordinatorConfig,
  jobDigest: string,
  { disk, digest, random }: CoordinatorPorts,
): Promise<RestoredState | undefined> {
  if (generation === 1) return undefined;
  const { success: path } = new OutputLayout(output.directory, job.id);
  const bytes = await orMissing(disk.read(path));
  const success = bytes && decodeSuccess(digest, bytes);
  if (success?.job !== job.id || success.jobDigest !== jobDigest) return undefined;
  return {
    ...restoreState([]),
    prepared: { created: false, nonce: random.hex(32) },
    ended: { state: 'succeeded' },
  };
}
