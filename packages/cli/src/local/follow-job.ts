import { setTimeout as delay } from 'node:timers/promises';
import type { JobStatus } from '@mapreduce/protocol';
import type { JobView } from '../view/job-view.ts';
import type { LocalCluster } from './cluster.ts';
import { cancelled, whenAborted } from './interrupts.ts';

/** How long a cancelled job may take to end by itself, of the 2 s that Ctrl-C may take. */
const CANCEL_GRACE_MS = 1_000;
const STATUS_WAIT_MS = 1_000;
/** A job that has just begun needs the processors itself, and there is nothing to be seen of it yet. */
const FIRST_LOOK_MS = 100;

/**
 * Shows a job until it has ended, and cancels it on interruption. Throws a `CliError` when it does
 * not end in time then, or when the coordinator is lost.
 */
export async function followJob(
  cluster: LocalCluster,
  view: JobView,
  interrupted: AbortSignal,
): Promise<JobStatus> {
  const cancelling = whenAborted(interrupted).then(async () => {
    await Promise.all([cluster.cancel(String(interrupted.reason)), delay(CANCEL_GRACE_MS)]);
    throw cancelled(interrupted);
  });
  cancelling.catch(() => undefined);
  let version = 0;
  await Promise.race([delay(FIRST_LOOK_MS), cancelling]);
  for (;;) {
    const status = await Promise.race([cluster.status(version, STATUS_WAIT_MS), cancelling]);
    view.update(status);
    if (status.state !== 'running') return status;
    version = status.version;
  }
}
