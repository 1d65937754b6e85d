import type { JobStatus } from '@mapreduce/protocol';
import { isTrue, type JobObject } from './job-object.ts';
import { programName } from './program-name.ts';

const noTasks = { total: 0, idle: 0, inProgress: 0, completed: 0 };
const noAttempts = {
  ...{ started: 0, failed: 0, lost: 0, backup: 0, fetchFailures: 0, moved: 0, rerunAhead: 0 },
};

/**
 * What the views show of a job, out of its resource: what its coordinator told the operator last.
 * `nowMs` is the time since the epoch.
 */
export function statusOfJob(job: JobObject, nowMs: number): JobStatus {
  const { status = {} } = job;
  const { progress } = status;
  const started = status.startTime === undefined ? nowMs : Date.parse(status.startTime);
  const ended = status.completionTime === undefined ? nowMs : Date.parse(status.completionTime);
  const workers = status.workers?.list ?? [];
  return {
    version: 0,
    job: status.jobId ?? job.metadata.name,
    program: `${job.metadata.name} (${programName(job.spec.program)})`,
    state: stateOf(job),
    phase: progress?.phase ?? 'describe',
    elapsedMs: Math.max(0, ended - started),
    phaseMs: Object.fromEntries(
      Object.entries(status.phaseSeconds ?? {}).map(([phase, seconds]) => [
        phase,
        (seconds ?? 0) * 1_000,
      ]),
    ),
    maps: progress?.maps ?? noTasks,
    reduces: progress?.reduces ?? noTasks,
    ...(progress?.mapStates !== undefined && { mapStates: progress.mapStates }),
    ...(progress?.reduceStates !== undefined && { reduceStates: progress.reduceStates }),
    inputs: progress?.inputs ?? { count: 0, bytes: 0 },
    progress: {
      bytesRead: progress?.bytesRead ?? 0,
      recordsRead: progress?.recordsRead ?? 0,
      recordsSkipped: progress?.recordsSkipped ?? 0,
      recordsShuffled: progress?.recordsShuffled ?? 0,
      bytesShuffled: progress?.bytesShuffled ?? 0,
      recordsWritten: progress?.recordsWritten ?? 0,
      bytesWritten: progress?.bytesWritten ?? 0,
    },
    attempts: status.attempts ?? noAttempts,
    ...stragglerOf(progress?.straggler, nowMs),
    workers: workers.flatMap(({ pod, state, busy, tasksCompleted }) =>
      state === 'pending'
        ? []
        : [
            {
              ...{ incarnation: pod, address: pod, state, busy, tasksCompleted },
              ...{ slots: job.spec.workers.slots, relieved: false },
            },
          ],
    ),
    workersTotal: status.workers?.replicas ?? 0,
    counters: {},
    output: status.output?.location ?? '',
  };
}

function stragglerOf(
  told: NonNullable<NonNullable<JobObject['status']>['progress']>['straggler'],
  nowMs: number,
): Pick<JobStatus, 'straggler'> {
  if (told === undefined) return {};
  const { attempt, task, pod, since, medianSeconds, sizeRatio } = told;
  return {
    straggler: {
      ...{ attempt, task, worker: pod, runningMs: nowMs - Date.parse(since) },
      ...{ medianMs: medianSeconds * 1_000, ...(sizeRatio !== undefined && { sizeRatio }) },
    },
  };
}

function stateOf(job: JobObject): JobStatus['state'] {
  if (isTrue(job, 'Complete')) return 'succeeded';
  if (!isTrue(job, 'Failed')) return 'running';
  return job.status?.conditions?.some(
    ({ type, reason }) => type === 'Failed' && reason === 'Cancelled',
  ) === true
    ? 'cancelled'
    : 'failed';
}
