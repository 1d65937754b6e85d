import type { ContainerStatus, PodObject } from '@mapreduce/controller-runtime';
import { notMounted } from './events.ts';
import type { Cause, EventFact, Finding } from './facts.ts';

/** Pods that cannot be placed, cannot start, or keep dying. Each cause is told once, with its pods. */
export const podTrouble: Cause = ({ job, pods, events }) => {
  const byText = new Map<string, { finding: Finding; pods: string[] }>();
  for (const pod of pods) {
    const finding = troubleOf(pod, events, job.metadata.name);
    if (finding === undefined) continue;
    const known = byText.get(finding.what) ?? { finding, pods: [] };
    known.pods.push(pod.metadata.name);
    byText.set(finding.what, known);
  }
  return [...byText.values()].map(({ finding, pods: names }) => ({
    ...finding,
    what: `${namesOf(names)}: ${finding.what}`,
  }));
};

function namesOf(names: readonly string[]): string {
  const [first = ''] = names;
  return names.length === 1 ? `pod ${first}` : `${names.length} pods such as ${first}`;
}

function troubleOf(pod: PodObject, events: readonly EventFact[], job: string): Finding | undefined {
  const unscheduled = pod.status?.conditions?.find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  );
  if (unscheduled !== undefined) {
    return {
      what: `cannot be placed: ${unscheduled.message ?? unscheduled.reason ?? 'no reason is given'}`,
      remedy: 'ask for less (spec.workers.resources), fewer workers, or add nodes',
    };
  }
  if (pod.status?.phase === 'Failed') {
    return { what: `failed: ${pod.status.message ?? pod.status.reason ?? 'no reason is given'}` };
  }
  const containers = [
    ...(pod.status?.initContainerStatuses ?? []),
    ...(pod.status?.containerStatuses ?? []),
  ];
  for (const container of containers) {
    const finding = containerTrouble(container, job);
    if (finding !== undefined) return finding;
  }
  return mountTrouble(pod, events);
}

const networkRemedy = "look at the network plugin's pods on the pod's node";
const volumeRemedy =
  'see whether the server or disk behind the claim is there, and whether a pod on another node still has it (ReadWriteOnce)';

/** What keeps every container of a pod from being made. Of one that has begun, it is over. */
function mountTrouble(pod: PodObject, events: readonly EventFact[]): Finding | undefined {
  if (pod.status?.phase !== 'Pending') return undefined;
  const about = events.filter(({ regarding }) => regarding === `Pod/${pod.metadata.name}`);
  for (const reason of notMounted) {
    const event = about.find((own) => own.reason === reason);
    if (event === undefined) continue;
    const isNetwork = reason === 'FailedCreatePodSandBox';
    return {
      what: `${isNetwork ? 'cannot be set up' : 'waits for a volume'} (${reason}): ${event.note.trim()}`,
      remedy: isNetwork ? networkRemedy : volumeRemedy,
    };
  }
  return undefined;
}

/** Waiting for these is no trouble. */
const starting = new Set(['ContainerCreating', 'PodInitializing']);

function containerTrouble(container: ContainerStatus, job: string): Finding | undefined {
  const ended = container.state?.terminated ?? container.lastState?.terminated;
  if (ended?.reason === 'OOMKilled') {
    return {
      what: 'ran out of memory (OOMKilled)',
      remedy: 'raise the memory limit (spec.workers.resources.limits.memory), or lower spec.memory',
    };
  }
  const waiting = container.state?.waiting;
  const reason = waiting?.reason;
  if (reason === undefined || starting.has(reason)) return undefined;
  if (reason.includes('Image')) {
    return {
      what: `its image cannot be had (${reason}): ${waiting?.message ?? container.image ?? ''}`,
      remedy: 'check the name of the image, and what the node needs to pull it',
    };
  }
  if (reason === 'CrashLoopBackOff' && ended !== undefined) {
    const message = ended.message?.trim();
    return {
      what: `ends again and again with exit code ${ended.exitCode}${message ? `: ${message}` : ''}`,
      remedy: `see what it said: kubectl mapreduce logs ${job} --failed`,
    };
  }
  return { what: `waits: ${reason}${waiting?.message ? `: ${waiting.message}` : ''}` };
}
