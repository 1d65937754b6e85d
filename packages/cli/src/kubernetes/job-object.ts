import { defineResource, type KubeObject } from '@mapreduce/controller-runtime';
import {
  group,
  kind,
  plural,
  version,
  type Condition,
  type ConditionType,
  type JobResourceStatus,
  type JobSpec,
} from '@mapreduce/protocol/resource';

/** A MapReduceJob as the API server gives it: its defaults are filled in. */
export interface JobObject extends KubeObject {
  readonly spec: JobSpec;
  readonly status?: JobResourceStatus;
}

export const jobs = defineResource<JobObject>({ group, version, kind, plural, namespaced: true });

export function conditionOf({ status }: JobObject, type: ConditionType): Condition | undefined {
  return status?.conditions?.find((own) => own.type === type);
}

/** Whether a condition of the job is there and true. */
export function isTrue(job: JobObject, type: ConditionType): boolean {
  return conditionOf(job, type)?.status === 'True';
}

/** Whether nothing more will happen to the job. */
export function hasEnded(job: JobObject): boolean {
  return isTrue(job, 'Complete') || isTrue(job, 'Failed');
}
