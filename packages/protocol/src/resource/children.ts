import { group } from './names.ts';

/** What a job's objects are called. All lie in its namespace, and go with it. */
export const childNames = {
  tokens: (job: string) => `${job}-tokens`,
  /** One an attempt, as it never changes: `NAME-job`, then `NAME-job-1`, … */
  jobFile: (job: string, attempt: number) =>
    attempt === 0 ? `${job}-job` : `${job}-job-${attempt}`,
  coordinatorPod: (job: string, generation: number) => `${job}-coordinator-${generation}`,
  coordinatorService: (job: string) => `${job}-coordinator`,
  /** The coordinator's own claim, where the job asks for one. */
  coordinatorClaim: (job: string) => `${job}-coordinator`,
  workers: (job: string) => `${job}-worker`,
  networkPolicy: (job: string) => job,
} as const;

export const jobLabels = {
  jobName: `${group}/job-name`,
  jobUid: `${group}/job-uid`,
  /** `coordinator` or `worker`. */
  role: `${group}/role`,
  /** Of the coordinator; only its pods have it. */
  generation: `${group}/generation`,
  attempt: `${group}/attempt`,
} as const;

/** The job's id in one of its attempts. Those of its other attempts differ in the last number alone. */
export function jobIdOf(job: { readonly name: string; readonly uid: string }, attempt: number) {
  return `${job.name}-${job.uid.slice(0, 8)}-${attempt}`;
}
