import type { JobSpec } from '@mapreduce/protocol/resource';
import type { Draft } from '../draft.ts';
import type { Observed } from '../observed.ts';
import { addressOf, workerPods } from './readiness.ts';
import { deletePod } from './remove-pods.ts';
import { currentReport } from './report.ts';

/** How soon the coordinator is asked again. */
const askAgainMs = 1_000;
/** How soon it is told again. */
const sayAgainMs = 5_000;

/**
 * Tells the coordinator whose machine is to go, so that they are relieved before, and whose is gone,
 * so that they are not waited for. A worker that is relieved goes, and comes again elsewhere.
 */
export function drainNodes(seen: Observed, draft: Draft, { workers }: JobSpec): void {
  const report = currentReport(seen);
  const known = new Map(report?.workers.map((worker) => [worker.address, worker]));
  // Of many workers the report lists some alone; the coordinator ignores whom it does not know.
  const isListed = report === undefined || report.workers.length >= report.workersTotal;
  const answered = new Map(seen.talk.drained?.map((worker) => [worker.address, worker.relieved]));
  const drain: string[] = [];
  const lost: string[] = [];
  for (const pod of workerPods(seen, draft)) {
    const address = addressOf(pod);
    const fact = pod.node === undefined ? undefined : seen.nodes.of(pod.node);
    if (address === undefined || fact === undefined) continue;
    const worker = known.get(address);
    const isUnlisted = worker === undefined && !isListed;
    const isThere = isUnlisted || worker?.state === 'alive' || worker?.state === 'draining';
    if (fact.gone) {
      if (isThere) lost.push(address);
    } else if (fact.draining) {
      if (isThere) {
        // Said again and again: the coordinator forgets it at a restart, and takes silence for second thoughts.
        drain.push(address);
        // What becomes of those that are not listed shows in the answer alone.
        draft.wake(seen.now + (isUnlisted ? askAgainMs : sayAgainMs));
      }
      const isRelieved = worker?.state === 'draining' && worker.relieved;
      if (isRelieved || (isUnlisted && answered.get(address) === true)) deletePod(draft, pod);
    }
  }
  const graceMs = workers.graceSeconds * 1_000;
  draft.wish = {
    ...draft.wish,
    ...(drain.length > 0 && { drain: { addresses: drain, graceMs } }),
    ...(lost.length > 0 && { lost: { addresses: lost } }),
  };
}
