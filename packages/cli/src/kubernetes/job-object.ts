import { defineResource, type KubeObject } from '@mapreduce/controller-runtime';
import {
  group,
  kind,
  plural,
  version,
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

/** Whether a condition of the job is there and true. */
export function isTrue({ status }: JobObject, type: ConditionType): boolean {
  return status?.conditions?.some((own) => own.type === type && own.status === 'True') === true;
}

/** Whether nothing more will happen to the job. */
export function hasEnded(job: JobObject): boolean {
  return isTrue(job, 'Complete') || isTrue(job, 'Failed');
}
