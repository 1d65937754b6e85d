import { formatDuration } from '../../values/duration.ts';
import type { JobObject } from '../job-object.ts';
import type { Cause, Facts } from './facts.ts';

/** An operator writes a first status within a second or two. */
const unseenMs = 15_000;
/** An operator acts within a second; clocks of machines may differ by more. */
const lateMs = 60_000;
/** While a job runs, its time to go alone is another after less than this. */
const silentMs = 180_000;

const findOperator = 'kubectl get pods -A -l app.kubernetes.io/component=operator';

/** Nobody looks after the job, or nobody has seen what was changed of it. */
export const unseen: Cause = ({ job, now }) => {
  const { managedBy } = job.spec;
  if (managedBy !== undefined && managedBy !== 'mapreduce.dev/operator') {
    return [{ what: `the job is managed by ${managedBy}, not by this operator` }];
  }
  const { generation = 0, namespace = '' } = job.metadata;
  const seen = job.status?.observedGeneration;
  const isSeen = seen !== undefined && seen >= generation;
  if (isSeen || now - changedAt(job) < unseenMs) return [];
  const what =
    seen === undefined
      ? 'no operator has seen the job'
      : `no operator has seen what was changed of the job: it is at generation ${generation}, its status at ${seen}`;
  return [
    { what, remedy: `check that one runs and watches namespace ${namespace}: ${findOperator}` },
  ];
};

interface ManagedField {
  readonly subresource?: string;
  readonly time?: string;
}

/** When somebody last wrote more of the job than its status. */
function changedAt({ metadata: { creationTimestamp = '', managedFields = [] } }: JobObject) {
  const times = (managedFields as readonly ManagedField[])
    .filter(({ subresource }) => subresource !== 'status')
    .flatMap(({ time }) => (time === undefined ? [] : Date.parse(time)));
  return Math.max(Date.parse(creationTimestamp), ...times);
}

/** What the operator would have done by now, if there were one. */
export const overdue: Cause = (facts) =>
  termsOf(facts)
    .filter(({ at }) => facts.now - at >= lateMs)
    .map(({ what, at }) => ({
      what: `no operator looks after the job: ${what} ${formatDuration(facts.now - at)} ago`,
      remedy: `check that one runs: ${findOperator}`,
    }))
    .slice(0, 1);

function termsOf({ job: { spec, status = {} } }: Facts) {
  const { attemptTime, runningTime, retryTime, startTime } = status;
  const after = (what: string, time: string | undefined, seconds: number | undefined) =>
    time === undefined || seconds === undefined
      ? []
      : [{ what, at: Date.parse(time) + seconds * 1_000 }];
  return [
    ...after('its next attempt should have begun', spec.suspend ? undefined : retryTime, 0),
    ...after('activeDeadlineSeconds were over', startTime, spec.activeDeadlineSeconds),
    ...(runningTime === undefined
      ? after('preRunningDeadlineSeconds were over', attemptTime, spec.preRunningDeadlineSeconds)
      : []),
  ];
}

/** The status of a job that runs is old, so nothing in it says how far the job is. */
export const unheard: Cause = (facts) => {
  const { name } = facts.job.metadata;
  const { progress } = facts.job.status ?? {};
  const age = silence(facts);
  if (progress === undefined || age < silentMs) return [];
  return [
    {
      what: `nothing new was told of the job for ${formatDuration(age)}: it was at ${progress.percentage} %, in phase ${progress.phase}`,
      remedy: `check that its operator runs: ${findOperator}; if it does, see what its tasks do: kubectl mapreduce logs ${name}`,
    },
  ];
};

/** Whether what the status says of the work still holds. */
export function isHeardOf(facts: Facts): boolean {
  return silence(facts) < silentMs;
}

/** Milliseconds since the operator last wrote something new of the job's work. */
function silence({ job, now }: Facts): number {
  const { progress } = job.status ?? {};
  return progress === undefined ? 0 : now - Date.parse(progress.lastUpdatedTime);
}
