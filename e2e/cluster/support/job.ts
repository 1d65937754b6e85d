import { createHash } from 'node:crypto';
import { expect } from '@jest/globals';
import {
  apiVersion,
  kind,
  type Condition,
  type ConditionType,
  type JobResourceStatus,
} from '@mapreduce/protocol/resource';
import { apply, kubectl, watchUntil, type KubernetesObject } from './kubectl.ts';
import { succeed } from './run.ts';

/** A job as the API server has it. */
export interface Job extends KubernetesObject {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status?: JobResourceStatus;
}

/** Which job is meant. */
export interface JobName {
  readonly namespace: string;
  readonly name: string;
}

/** A MapReduceJob, as a user would write it. */
export function jobObject({ namespace, name }: JobName, spec: unknown): unknown {
  return { apiVersion, kind, metadata: { namespace, name }, spec };
}

export async function submit(job: JobName, spec: unknown): Promise<void> {
  await apply(jobObject(job, spec));
}

export function conditionOf(job: Job, type: ConditionType): Condition | undefined {
  return job.status?.conditions?.find((condition) => condition.type === type);
}

export function holds(job: Job, type: ConditionType): boolean {
  return conditionOf(job, type)?.status === 'True';
}

/** Watches a job until it is as wanted; one that has failed never will be. */
export function jobUntil(
  { namespace, name }: JobName,
  isWanted: (job: Job) => boolean,
  what: string,
  seconds = 90,
): Promise<Job> {
  const watched = { namespace, kind: 'mrj', name, seconds };
  return watchUntil<Job>(
    watched,
    (job) => {
      if (isWanted(job)) return true;
      const failed = conditionOf(job, 'Failed');
      if (failed?.status !== 'True') return false;
      throw new Error(`job ${namespace}/${name} failed: ${failed.reason}: ${failed.message}`);
    },
    what,
  );
}

export function untilComplete(job: JobName, seconds = 120): Promise<Job> {
  return jobUntil(job, (seen) => holds(seen, 'Complete'), 'complete', seconds);
}

/** Until so many of its maps have completed. */
export function untilMapped(job: JobName, maps: number, seconds = 90): Promise<Job> {
  const isThere = ({ status }: Job) => (status?.progress?.maps.completed ?? 0) >= maps;
  return jobUntil(job, isThere, `at ${maps} completed maps`, seconds);
}

/** Until one of its reduces has begun. */
export function untilReducing(job: JobName, seconds = 90): Promise<Job> {
  const isThere = ({ status }: Job) => {
    const reduces = status?.progress?.reduces;
    return (reduces?.inProgress ?? 0) + (reduces?.completed ?? 0) > 0;
  };
  return jobUntil(job, isThere, 'reducing', seconds);
}

/** The job's whole output, read in its coordinator's pod as a user would. */
export function outputOf(job: Job): Promise<Buffer> {
  return inCoordinator(job, 'mapreduce', 'cat');
}

/** Holds that whatever happened cost the job no attempt: it went on where it was. */
export function wentOn({ status }: Job): void {
  const { attempt, retries } = status ?? {};
  expect({ attempt, retries }).toEqual({ attempt: 0, retries: 0 });
}

/** Holds that the workers which left moved what others needed of them, and took no work with them. */
export function handedOver({ status }: Job): void {
  expect(status?.attempts).toMatchObject({ lost: 0 });
  expect(status?.attempts?.moved).toBeGreaterThan(0);
}

export function inCoordinator(job: Job, ...command: readonly string[]): Promise<Buffer> {
  const { namespace = '' } = job.metadata;
  return succeed('kubectl', [
    'exec',
    '-n',
    namespace,
    coordinatorPod(job),
    '-c',
    'coordinator',
    '--',
    ...command,
  ]);
}

export function coordinatorPod(job: Job): string {
  const pod = job.status?.coordinator?.pod;
  if (pod === undefined) throw new Error(`job ${job.metadata.name} has no coordinator`);
  return pod;
}

export function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The labels by which a job's pods are found. */
export function podsOf({ name }: JobName, role: 'coordinator' | 'worker'): string {
  return `mapreduce.dev/job-name=${name},mapreduce.dev/role=${role}`;
}

export async function scaleTo({ namespace, name }: JobName, replicas: number): Promise<void> {
  await kubectl('scale', '-n', namespace, `mrj/${name}`, `--replicas=${replicas}`);
}
