import type { JobSpec } from '@mapreduce/protocol/resource';
import type { Draft } from '../draft.ts';
import type { Observed } from '../observed.ts';
import { formatTime, parseTime } from '../time.ts';
import { addressOf, workerPods } from './readiness.ts';
import { currentReport } from './report.ts';
import type { PodView } from '../views/pod-view.ts';

/** The Deployment's controller deletes pods of lower cost first. */
const victimCost = -1_000;

/** How soon the coordinator is asked again who has been relieved. */
const askAgainMs = 1_000;

/**
 * How many replicas the Deployment is to have now. More come at once. Of fewer, the coordinator says
 * who goes; they are marked, so that the Deployment takes just them, and it shrinks as they are
 * relieved of what others need, or when their grace is over.
 */
export function replicasNow(seen: Observed, draft: Draft, spec: JobSpec): number {
  const wanted = spec.workers.replicas;
  const current = seen.deployment?.replicas ?? wanted;
  if (wanted >= current) {
    keepAll(seen, draft, wanted);
    return wanted;
  }
  // Nobody holds anything before the first task.
  if (draft.status.runningTime === undefined) return wanted;
  return shrink(seen, draft, spec, current);
}

/** Lets those stay that were to go and did not: for an earlier, lower number, or in another's place. */
function keepAll(seen: Observed, draft: Draft, wanted: number): void {
  setScaleDownTime(draft, undefined);
  const pods = workerPods(seen, draft).filter(({ deletedBy }) => deletedBy === undefined);
  // The Deployment has yet to take some: by their marks.
  if (pods.length > wanted) return;
  for (const { name, deletionCost } of pods) {
    if (deletionCost !== 0) draft.deletionCosts.push({ pod: name, cost: 0 });
  }
  const reported = currentReport(seen)?.workers ?? [];
  const draining = new Set(
    reported.flatMap(({ address, state }) => (state === 'draining' ? [address] : [])),
  );
  // Of many workers the report lists some alone.
  const { workers: asked = wanted, victims = [] } = seen.talk.scaleDown ?? {};
  if (asked < wanted) for (const { address } of victims) draining.add(address);
  const isLeaving = (pod: PodView) =>
    draining.has(addressOf(pod) ?? '') &&
    (pod.node === undefined || seen.nodes.of(pod.node)?.draining !== true);
  if (!pods.some(isLeaving)) return;
  draft.wish = { ...draft.wish, scaleDown: { workers: wanted, graceMs: 0 } };
  draft.wake(seen.now + askAgainMs);
}

function shrink(seen: Observed, draft: Draft, spec: JobSpec, current: number): number {
  const { replicas: wanted, graceSeconds } = spec.workers;
  const graceMs = graceSeconds * 1_000;
  const since = parseTime(draft.status.workers?.scaleDownTime) ?? seen.now;
  setScaleDownTime(draft, formatTime(since));
  if (seen.now >= since + graceMs) return wanted;
  draft.wake(Math.min(since + graceMs, seen.now + askAgainMs));
  draft.wish = { ...draft.wish, scaleDown: { workers: wanted, graceMs } };

  const pods = workerPods(seen, draft).filter(({ deletedBy }) => deletedBy === undefined);
  const victims = victimPods(seen, pods, wanted);
  const unmarked = victims.filter(({ pod }) => pod.deletionCost !== victimCost);
  for (const { pod } of unmarked) draft.deletionCosts.push({ pod: pod.name, cost: victimCost });
  // The Deployment takes those first that do not run yet, then those that are not ready, whatever
  // they hold; only then by their marks.
  const pending = pods.filter(({ phase }) => phase === 'Pending').length;
  const isVictim = (pod: PodView) => victims.some((victim) => victim.pod === pod);
  const staying = pods.filter((pod) => pod.phase !== 'Pending' && !isVictim(pod));
  const mayChoose = staying.every(({ ready }) => ready);
  const relieved = victims.filter((victim) => victim.isRelieved && !unmarked.includes(victim));
  // Those whom an earlier, lower number has let go already may be there still.
  const left = pods.length - pending - (mayChoose ? relieved.length : 0);
  return Math.max(wanted, Math.min(current, left));
}

interface Victim {
  readonly pod: PodView;
  readonly isRelieved: boolean;
}

/** The pods whose workers the coordinator lets go, by its answer to this very number. */
function victimPods({ talk }: Observed, pods: readonly PodView[], wanted: number): Victim[] {
  const { scaleDown } = talk;
  if (scaleDown?.workers !== wanted) return [];
  return pods.flatMap((pod) => {
    const victim = scaleDown.victims.find(({ address }) => address === addressOf(pod));
    return victim === undefined ? [] : [{ pod, isRelieved: victim.relieved }];
  });
}

function setScaleDownTime(draft: Draft, time: string | undefined): void {
  const { workers } = draft.status;
  if (workers === undefined) return;
  const { replicas, ready, selector, list } = workers;
  const shrinking = time === undefined ? {} : { scaleDownTime: time };
  draft.set({ workers: { replicas, ready, ...shrinking, selector, list } });
}
