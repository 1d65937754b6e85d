import type {
  ContainerStatus,
  KubeObject,
  PodObject,
  TerminatedState,
} from '@mapreduce/controller-runtime';

/** Why a pod does not run. */
export interface Waiting {
  /** Kubernetes' own word, such as `ImagePullBackOff` or `Unschedulable`. */
  readonly reason: string;
  readonly message: string;
}

/** Why the API server refused an object: a quota, where its message says so. */
export function reasonOfRefusal(message: string, reason = 'FailedCreate'): string {
  return message.includes('exceeded quota') ? 'ExceededQuota' : reason;
}

/** What every start goes through. */
const usual = new Set(['ContainerCreating', 'PodInitializing']);

const longestMessage = 1_024;

/** Undefined for a pod that runs, or is on its way to. */
export function waitingOf(object: KubeObject): Waiting | undefined {
  const { status } = object as PodObject;
  const scheduled = status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False') {
    const { reason = 'Unschedulable', message = '' } = scheduled;
    return { reason, message: message.slice(0, longestMessage) };
  }
  const containers = [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
  ];
  for (const container of containers) {
    const waiting = waitingOfContainer(container);
    if (waiting !== undefined) return waiting;
  }
  return undefined;
}

function waitingOfContainer({ state, lastState, restartCount = 0 }: ContainerStatus) {
  const reason = state?.waiting?.reason;
  if (reason !== undefined && !usual.has(reason)) {
    const last = reason === 'CrashLoopBackOff' ? told(lastState?.terminated) : '';
    const message = last === '' ? (state?.waiting?.message ?? '') : last;
    return { reason, message: message.slice(0, longestMessage) };
  }
  // Between two starts, and before the kubelet holds it back, a crash looks like this.
  const ended = state?.terminated;
  if (ended === undefined || ended.exitCode === 0 || restartCount === 0) return undefined;
  return { reason: ended.reason ?? 'Error', message: told(ended).slice(0, longestMessage) };
}

/** How a container ended, and what it said. */
function told(terminated: TerminatedState | undefined): string {
  if (terminated === undefined) return '';
  const { reason = 'Error', exitCode, message } = terminated;
  const how = `${reason}, exit code ${exitCode}`;
  return message === undefined || message === '' ? how : `${how}: ${message.trim()}`;
}
