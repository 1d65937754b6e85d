import {
  mostWorkersInStatus,
  podPorts,
  type JobResourceStatus,
  type JobSpec,
} from '@mapreduce/protocol/resource';
import { workerSelector } from '../children/worker-deployment.ts';
import { addressAt } from '../address.ts';
import type { Draft } from '../draft.ts';
import type { Observed } from '../observed.ts';
import { hasEnded, type PodView } from '../views/pod-view.ts';
import { currentCoordinator } from './coordinator-replacement.ts';
import { currentReport } from './report.ts';

/** What is there of a job that has had pods. */
export function readiness(seen: Observed, draft: Draft, spec: JobSpec): void {
  if (draft.status.coordinator === undefined) return;
  coordinatorReadiness(seen, draft);
  workerReadiness(seen, draft, spec);
}

export function coordinatorReadiness(seen: Observed, draft: Draft): void {
  const pod = currentCoordinator(seen);
  const { coordinator } = draft.status;
  if (pod === undefined || pod.generation !== coordinator?.generation) {
    const reason = 'NoPod';
    draft.condition({ type: 'CoordinatorReady', status: 'False', reason, message: '' });
    return;
  }
  const { name, node, ready, deletedBy } = pod;
  draft.set({
    coordinator: {
      generation: coordinator.generation,
      pod: name,
      ...(node !== undefined && { node }),
    },
  });
  draft.condition(
    ready && deletedBy === undefined
      ? { type: 'CoordinatorReady', status: 'True', reason: 'PodReady', message: '' }
      : { type: 'CoordinatorReady', status: 'False', reason: 'PodNotReady', message: name },
  );
}

/** Where a worker serves, as its coordinator names it. */
export function addressOf({ ip }: PodView): string | undefined {
  return ip === undefined ? undefined : addressAt(ip, podPorts.worker);
}

/** Pods of the current attempt's workers that have not ended, as by an eviction; oldest first. */
export function workerPods({ pods }: Observed, { status: { attempt = 0 } }: Draft): PodView[] {
  return pods
    .filter((pod) => pod.role === 'worker' && pod.attempt === attempt && !hasEnded(pod))
    .sort((a, b) => a.createdAt - b.createdAt || (a.name < b.name ? -1 : 1));
}

export function workerReadiness(seen: Observed, draft: Draft, { workers }: JobSpec): void {
  const pods = workerPods(seen, draft);
  const ready = pods.filter((pod) => pod.ready && pod.deletedBy === undefined).length;
  const { replicas } = workers;
  draft.set({ workers: workersStatus(seen, draft, pods, ready) });
  const message = `${ready} of ${replicas} workers are ready`;
  draft.condition(
    ready >= replicas
      ? { type: 'WorkersReady', status: 'True', reason: 'AllReady', message }
      : {
          type: 'WorkersReady',
          status: 'False',
          reason: ready > 0 ? 'SomeReady' : 'NoneReady',
          message,
        },
  );
}

/** Once the job has ended, its workers are on their way out. */
export function noMoreWorkers(seen: Observed, draft: Draft): void {
  const { workers, conditions } = draft.status;
  if (workers !== undefined) {
    const { selector } = workers;
    const replicas = workerPods(seen, draft).length;
    draft.set({ workers: { replicas, ready: 0, selector, list: [] } });
  }
  if (conditions?.some(({ type }) => type === 'WorkersReady') !== true) return;
  const reason = 'JobEnded';
  draft.condition({ type: 'WorkersReady', status: 'False', reason, message: '' });
}

type Workers = NonNullable<JobResourceStatus['workers']>;

function workersStatus(
  seen: Observed,
  draft: Draft,
  pods: readonly PodView[],
  ready: number,
): Workers {
  const known = new Map(currentReport(seen)?.workers.map((worker) => [worker.address, worker]));
  const list = pods.slice(0, mostWorkersInStatus).map((pod) => {
    const worker = known.get(addressOf(pod) ?? '');
    return {
      pod: pod.name,
      ...(pod.node !== undefined && { node: pod.node }),
      state: worker?.state ?? ('pending' as const),
      busy: worker?.busy ?? 0,
      tasksCompleted: worker?.tasksCompleted ?? 0,
    };
  });
  const { scaleDownTime } = draft.status.workers ?? {};
  return {
    replicas: pods.length,
    ready,
    ...(scaleDownTime !== undefined && { scaleDownTime }),
    selector: selectorText(workerSelector(seen.job)),
    list,
  };
}

function selectorText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}
