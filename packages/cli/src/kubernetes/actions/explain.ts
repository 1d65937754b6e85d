import { exitCodes, type ExitCode } from '../../exit-codes.ts';
import { asked, openCluster, readJob, type ClusterFlags } from '../cluster.ts';
import { explain } from '../explain/explain.ts';
import { warningsAbout } from '../explain/events.ts';
import type { Finding } from '../explain/facts.ts';
import { podsOf } from './logs.ts';

/** `explain`: why a job waits, is slow or failed, in one sentence, with what to do. */
export async function explainJob(
  name: string,
  flags: ClusterFlags & { readonly all?: boolean },
): Promise<ExitCode> {
  const cluster = openCluster(flags);
  const job = await readJob(cluster, name);
  const pods = await podsOf(cluster, job.metadata.uid ?? '');
  const seen = await asked(warningsAbout({ job, pods }, cluster));
  const findings = explain({ job, pods, events: seen, now: Date.now() });
  for (const finding of flags.all === true ? findings : findings.slice(0, 1)) {
    process.stdout.write(`${sentences(finding)}\n`);
  }
  const more = findings.length - 1;
  if (flags.all !== true && more > 0) process.stdout.write(`(${more} more: --all)\n`);
  return exitCodes.done;
}

function sentences({ what, remedy }: Finding): string {
  const first = `${what.charAt(0).toUpperCase()}${what.slice(1)}`;
  return remedy === undefined ? first : `${first}\n  → ${remedy}`;
}
