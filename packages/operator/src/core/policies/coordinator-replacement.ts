import { childNames, type JobSpec } from '@mapreduce/protocol/resource';
import { conditionOf } from '../conditions.ts';
import type { Draft } from '../draft.ts';
import type { Observed } from '../observed.ts';
import { parseTime } from '../time.ts';
import { hasEnded, hungSince, type PodView } from '../views/pod-view.ts';
import { attemptFailed } from './backoff.ts';
import { silenceOf, silentSince } from './silence.ts';
import { raiseGeneration } from './start.ts';

/** How long a coordinator may crash, or be without an image, before its attempt has failed. */
export const unreadyPatienceMs = 300_000;
/** How long a coordinator that is ready may give the operator no answer. */
export const silentPatienceMs = 600_000;
/**
 * How long it may be on its node without a container: longer than the 6 minutes after which Kubernetes
 * detaches a volume from a node that is dead.
 */
export const hungPatienceMs = 900_000;
/**
 * How soon a pod that ended by itself, or never showed, is followed by another, at the least and at the
 * most: no cache is later than the least.
 */
const [soonestMs, latestMs] = [10_000, 300_000];

/** The pod of the current generation, if it is there. */
export function currentCoordinator({ pods, job }: Observed): PodView | undefined {
  const generation = job.status.coordinator?.generation;
  return pods.find((pod) => pod.role === 'coordinator' && pod.generation === generation);
}

/**
 * Replaces a coordinator that is lost by the next generation. Restarts in place are the kubelet's; one
 * that brought its end upon itself, or never comes to be ready, is a failure of the attempt.
 */
export function replaceCoordinator(seen: Observed, draft: Draft, spec: JobSpec): void {
  const pod = currentCoordinator(seen);
  const blame = pod && blameOf(seen, pod);
  if (blame !== undefined) {
    attemptFailed(seen, draft, spec, { code: 'coordinator-lost', message: blame });
    return;
  }
  replaceLost(seen, draft);
  if (draft.statusFirst || pod === undefined) return;
  // Nothing may happen until then: that is what would be held against it.
  const hungEnd = (hungSince(pod) ?? Infinity) + hungPatienceMs;
  for (const end of [patienceEnd(seen, pod), hungEnd]) {
    if (seen.now < end && end < Infinity) draft.wake(end);
  }
}

/** Raises the generation where the pod of the current one is lost, or may have been. */
export function replaceLost(seen: Observed, draft: Draft): void {
  const { coordinator } = draft.status;
  if (coordinator === undefined) return;
  const pod = currentCoordinator(seen);
  if (pod !== undefined) {
    const loss = lossOf(seen, pod);
    if (loss === undefined) return;
    const mayFollowAt = endedByItself(seen, pod) ? followsAt(seen, pod.createdAt) : 0;
    if (seen.now < mayFollowAt) draft.wake(mayFollowAt);
    else replace(seen, draft, loss);
  } else if (coordinator.pod !== undefined) {
    replace(seen, draft, `pod ${coordinator.pod} is gone`);
  } else launched(seen, draft, coordinator.generation);
}

/** Whether the pod of this generation has never been sent: two of one generation could both run. */
export function mayLaunch({ launch }: Observed, generation: number): boolean {
  return launch?.generation === generation && launch.sentAt === undefined;
}

/** Gives up a generation of which a pod may have been made, and of which none was ever seen. */
function launched(seen: Observed, draft: Draft, generation: number): void {
  const { launch, job, now } = seen;
  if (mayLaunch(seen, generation)) return;
  const name = childNames.coordinatorPod(job.name, generation);
  if (launch?.generation !== generation) {
    replace(seen, draft, `pod ${name} may have been made by another operator, and is not there`);
    return;
  }
  const givenUpAt = followsAt(seen, launch.sentAt ?? now);
  if (now < givenUpAt) draft.wake(givenUpAt);
  else replace(seen, draft, `pod ${name} was sent, and was never seen`);
}

function replace({ job }: Observed, draft: Draft, why: string): void {
  raiseGeneration(draft);
  const { generation = 0 } = draft.status.coordinator ?? {};
  const next = childNames.coordinatorPod(job.name, generation);
  draft.event('Warning', 'CoordinatorReplaced', `${why}: ${next} takes over`);
  draft.condition({
    type: 'CoordinatorReady',
    status: 'False',
    reason: 'Replaced',
    message: why,
  });
}

/**
 * Whether nobody took the pod away: its node would not have it, or the containers ended for good. The
 * next one may do so as soon as it is there.
 */
function endedByItself({ nodes }: Observed, pod: PodView): boolean {
  const { disruption, deletedBy, node } = pod;
  const isNodeGone = node !== undefined && nodes.of(node)?.gone === true;
  return hasEnded(pod) && disruption === undefined && deletedBy === undefined && !isNodeGone;
}

/** The wait doubles, as it is as long as there had been no coordinator before the pod that failed. */
function followsAt({ job }: Observed, madeAt: number): number {
  const unreadySince = notReadySince(job) ?? madeAt;
  return madeAt + Math.min(latestMs, Math.max(soonestMs, madeAt - unreadySince));
}

function notReadySince({ status }: Observed['job']): number | undefined {
  const condition = conditionOf(status.conditions, 'CoordinatorReady');
  return condition?.status === 'False' ? parseTime(condition.lastTransitionTime) : undefined;
}

/** Why the pod will not serve any more, whoever is to blame. */
function lossOf({ nodes }: Observed, pod: PodView): string | undefined {
  const { name, node, deletedBy, phase } = pod;
  const fact = node === undefined ? undefined : nodes.of(node);
  if (fact?.gone === true) return `node ${node ?? ''} of pod ${name} is gone`;
  if (hasEnded(pod)) {
    return `pod ${name} ended: ${pod.disruption ?? pod.reason ?? phase}`;
  }
  if (deletedBy === undefined) return undefined;
  // On a node that does not answer, its end would never be seen. Elsewhere it is seen soon.
  if (fact?.ready === false) return `node ${node ?? ''} of pod ${name} does not answer`;
  return `pod ${name} was deleted`;
}

/** Until when a pod that does not serve may come to, or that does may be silent. */
function patienceEnd(seen: Observed, pod: PodView): number {
  const { phase, createdAt } = pod;
  // One that never ran was asked by nobody: it has not served from the beginning.
  const since = phase === 'Pending' ? createdAt : Math.max(createdAt, silentSince(seen));
  return since + (pod.ready ? silentPatienceMs : unreadyPatienceMs);
}

/** Why the pod itself is at fault. */
function blameOf(seen: Observed, pod: PodView): string | undefined {
  const { name, phase, disruption, reason, message, waiting } = pod;
  if (phase === 'Failed' && disruption === undefined && reason === 'Evicted') {
    return `pod ${name} was evicted: ${message ?? ''}`;
  }
  const unreadySince = notReadySince(seen.job) ?? seen.now;
  if (endedByItself(seen, pod) && seen.now >= unreadySince + unreadyPatienceMs) {
    return `no coordinator comes to be ready: pod ${name} ended: ${reason ?? phase}: ${message ?? ''}`;
  }
  if (hasEnded(pod) || pod.deletedBy !== undefined) return undefined;
  if (seen.now < patienceEnd(seen, pod)) return undefined;
  if (pod.ready) {
    const remedy = 'a NetworkPolicy may be in between';
    return `pod ${name} gives the operator no answer; ${remedy}${silenceOf(seen.talk)}`;
  }
  const hungFrom = hungSince(pod) ?? seen.now;
  // What is missing may still be made, and is told.
  if (seen.now >= hungFrom + hungPatienceMs && seen.missing.length === 0) {
    return `pod ${name}: no container of it has started for ${hungPatienceMs / 60_000} min; see its events: kubectl describe pod ${name}`;
  }
  if (waiting === undefined || waiting.reason === 'Unschedulable') return undefined;
  return `pod ${name} does not come to be ready: ${waiting.reason}: ${waiting.message}`;
}
