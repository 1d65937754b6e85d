import { childNames } from '@mapreduce/protocol/resource';
import type { Draft } from '../draft.ts';
import type { Observed } from '../observed.ts';
import { formatTime } from '../time.ts';
import { awaitsVolumes, hungSince, mountMs, startMs, type PodView } from '../views/pod-view.ts';
import { silenceOf } from './silence.ts';

interface Trouble {
  readonly reason: string;
  readonly message: string;
}

/** After so long without an answer a coordinator that is ready is worth a word. */
const silentMs = 15_000;

/** Most telling first: what a person has to mend comes before what may pass. */
const order = [
  'TokensLost',
  'SecretMissing',
  'ConfigMapMissing',
  'NameTaken',
  'InvalidImageName',
  'ErrImageNeverPull',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'ImagePullBackOff',
  'ErrImagePull',
  'CrashLoopBackOff',
  'ExceededQuota',
  'FailedCreate',
  'Unschedulable',
  'ContainerCreating',
];

/** Says why the job does not come on, or not as fast as it was asked to. */
export function degraded(seen: Observed, draft: Draft): void {
  const troubles = troublesOf(seen, draft);
  const [worst] = troubles;
  if (worst === undefined) {
    if (draft.status.conditions?.some(({ type }) => type === 'Degraded') !== true) return;
    draft.condition({ type: 'Degraded', status: 'False', reason: 'AsExpected', message: '' });
    return;
  }
  const more = troubles.length > 1 ? ` (and ${troubles.length - 1} more)` : '';
  const message = `${worst.message}${more}`;
  draft.condition({ type: 'Degraded', status: 'True', reason: worst.reason, message });
}

function troublesOf(seen: Observed, draft: Draft): Trouble[] {
  const { pods, deployment, refusals, talk, now } = seen;
  const attempt = draft.status.attempt ?? 0;
  const generation = draft.status.coordinator?.generation;
  const troubles: Trouble[] = refusals.map(({ what, reason, message }) => ({
    reason,
    message: `${what}: ${message}`,
  }));
  const current = pods
    .filter(
      (pod) =>
        pod.deletedBy === undefined &&
        (pod.role === 'worker' ? pod.attempt === attempt : pod.generation === generation),
    )
    .sort(coordinatorFirst);
  for (const { what, message } of seen.missing) {
    const reason = what.startsWith('Secret ') ? 'SecretMissing' : 'ConfigMapMissing';
    troubles.push({ reason, message });
  }
  if (seen.areTokensLost) {
    const message = `Secret ${childNames.tokens(seen.job)} was deleted, and the tokens that the job's pods know with it; suspend the job and resume it, so that all of them get new ones`;
    troubles.push({ reason: 'TokensLost', message });
  }
  for (const pod of current.filter(awaitsVolumes)) {
    draft.wake(Math.max(pod.createdAt, now) + mountMs);
  }
  // What is missing is why, where something is.
  const hung = seen.missing.length > 0 ? [] : current.filter((pod) => hangs(pod, now));
  for (const { name, node = '', mayStart } of hung) {
    const message = `pod ${name}: no container of it has started for over ${startMs / 1_000} s on node ${node}: ${suspicion(mayStart)}; see its events: kubectl describe pod ${name}`;
    troubles.push({ reason: 'ContainerCreating', message });
  }
  for (const { name, waiting } of current) {
    if (waiting === undefined) continue;
    troubles.push({ reason: waiting.reason, message: `pod ${name}: ${waiting.message}` });
  }
  if (deployment?.waiting !== undefined) troubles.push(deployment.waiting);
  const isReady = current.some((pod) => pod.role === 'coordinator' && pod.ready);
  const { silentSince } = talk;
  if (isReady && silentSince !== undefined) {
    if (now >= silentSince + silentMs) {
      // A time that grows would be written anew with every look.
      const message = `the coordinator has not answered since ${formatTime(silentSince)}${silenceOf(talk)}`;
      troubles.push({ reason: 'CoordinatorSilent', message });
    } else draft.wake(silentSince + silentMs);
  }
  return troubles.sort((a, b) => rank(a) - rank(b));
}

/** Nothing goes on without it; and whichever pod the cache shows first, the message is the same. */
function coordinatorFirst(a: PodView, b: PodView): number {
  if (a.role !== b.role) return a.role === 'coordinator' ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}

function hangs(pod: PodView, now: number): boolean {
  return now >= (hungSince(pod) ?? Infinity) + startMs;
}

/** Kubelets tell in events alone what they try in vain. */
function suspicion(mayStart: PodView['mayStart']): string {
  const image = 'its image is still being pulled';
  if (mayStart === true) return `${image}, or a container that goes before runs`;
  const mount = 'a volume cannot be attached or mounted, or the pod gets no network';
  return mayStart === false ? mount : `${mount}, or ${image}`;
}

function rank({ reason }: Trouble): number {
  const index = order.indexOf(reason);
  return index < 0 ? order.length : index;
}
