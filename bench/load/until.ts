import type { JobStatus } from '@mapreduce/protocol';
import type { Caller } from './caller.ts';

const PATIENCE_MS = 300_000;

/** Follows a job until its status is as wanted. Throws when it has failed, or takes minutes. */
export async function until(
  caller: Caller,
  wanted: (status: JobStatus) => boolean,
): Promise<JobStatus> {
  const start = performance.now();
  for (let after = 0; ;) {
    const status = await caller.call('status', { after, waitMs: 5_000 });
    if (wanted(status)) return status;
    if (status.state !== 'running') throw new Error(`the job ${status.state}: ${reason(status)}`);
    if (performance.now() - start > PATIENCE_MS) {
      throw new Error(
        `the job is still in its ${status.phase} phase after ${PATIENCE_MS / 1000} s`,
      );
    }
    after = status.version;
  }
}

function reason({ error }: JobStatus): string {
  return error?.cause.message ?? 'no error is given';
}
