import type { ObjectMeta, PodObject } from '@mapreduce/controller-runtime';
import {
  jobSpecSchema,
  type ConditionType,
  type JobResourceStatus,
} from '@mapreduce/protocol/resource';
import type { JobObject } from './job-object.ts';

export const createdAt = Date.parse('2026-01-31T12:00:00Z');

/** A job of tests. */
export function jobWith({
  metadata = {},
  spec = {},
  status,
}: {
  readonly metadata?: Partial<ObjectMeta>;
  readonly spec?: object;
  readonly status?: JobResourceStatus;
} = {}): JobObject {
  return {
    apiVersion: 'mapreduce.dev/v1alpha1',
    kind: 'MapReduceJob',
    metadata: {
      ...{ name: 'wc', namespace: 'team', uid: '1', generation: 1 },
      creationTimestamp: '2026-01-31T12:00:00Z',
      ...metadata,
    },
    spec: jobSpecSchema.parse({
      program: { builtin: { name: 'wordcount' } },
      inputs: [{ sample: {} }],
      ...spec,
    }),
    ...(status !== undefined && { status }),
  };
}

export function condition(type: ConditionType, reason: string, message = '') {
  const lastTransitionTime = '2026-01-31T12:00:01Z';
  return { type, status: 'True' as const, reason, message, lastTransitionTime };
}

export const progressHalfWay: NonNullable<JobResourceStatus['progress']> = {
  phase: 'map',
  percentage: 33,
  maps: { total: 8, idle: 2, inProgress: 2, completed: 4 },
  reduces: { total: 4, idle: 4, inProgress: 0, completed: 0 },
  mapStates: 'ccccppii',
  inputs: { count: 2, bytes: 1_000_000 },
  ...{ bytesRead: 500_000, recordsRead: 100, recordsSkipped: 0, recordsShuffled: 0 },
  ...{ bytesShuffled: 0, recordsWritten: 0, bytesWritten: 0 },
  estimatedRemainingSeconds: 30,
  lastUpdatedTime: '2026-01-31T12:00:10Z',
};

export const halfWay: JobResourceStatus = {
  phase: 'Running',
  observedGeneration: 1,
  startTime: '2026-01-31T12:00:00Z',
  conditions: [condition('Running', 'TasksRunning')],
  maps: '4/8',
  reduces: '0/4',
  progress: progressHalfWay,
  workers: {
    ...{ replicas: 2, ready: 2, selector: 'x=y' },
    list: [{ pod: 'wc-worker-1', state: 'alive', busy: 1, tasksCompleted: 2 }],
  },
};

export function podWith(
  name: string,
  status: NonNullable<PodObject['status']>,
  metadata: Partial<ObjectMeta> = {},
): PodObject {
  return {
    ...{ apiVersion: 'v1', kind: 'Pod', status },
    metadata: { name, namespace: 'team', ...metadata },
  };
}
