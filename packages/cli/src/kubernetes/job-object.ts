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

/** A pod, as far as it is looked at. */
export interface PodObject extends KubeObject {
  readonly spec?: { readonly nodeName?: string };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

interface Ended {
  readonly exitCode: number;
  readonly reason?: string;
  readonly message?: string;
}

export interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly image?: string;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly running?: object;
    readonly terminated?: Ended;
  };
  readonly lastState?: { readonly terminated?: Ended };
}
