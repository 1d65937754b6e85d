import { group } from './names.ts';

/** What a job's names are made of. */
interface JobNames {
  readonly name: string;
  readonly uid: string;
}

/** What a job's objects are called. All lie in its namespace, and go with it. */
export const childNames = {
  /**
   * What pods mount is named after this very job: a node that still has a pod of an earlier job of the
   * same name would give them what it knows of that one's.
   */
  tokens: (job: JobNames) => `${job.name}-tokens-${shortUid(job)}`,
  /** One an attempt, as it never changes. */
  jobFile: (job: JobNames, attempt: number) => `${job.name}-job-${shortUid(job)}-${attempt}`,
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
export function jobIdOf(job: JobNames, attempt: number): string {
  return `${job.name}-${shortUid(job)}-${attempt}`;
}

function shortUid({ uid }: JobNames): string {
  return uid.slice(0, 8);
}
