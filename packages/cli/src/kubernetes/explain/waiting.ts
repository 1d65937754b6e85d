import { isTrue } from '../job-object.ts';
import type { Cause } from './facts.ts';
import { remedyOf } from './remedies.ts';

export const suspended: Cause = ({ job }) =>
  job.spec.suspend
    ? [
        {
          what: 'the job is suspended',
          remedy: `resume it: kubectl patch mrj ${job.metadata.name} --type merge -p '{"spec":{"suspend":false}}'`,
        },
      ]
    : [];

/** What the operator itself says is wrong. */
export const degraded: Cause = ({ job }) =>
  (job.status?.conditions ?? [])
    .filter(({ type, status }) => type === 'Degraded' && status === 'True')
    .map(({ reason, message }) => ({ what: `${message} (${reason})` }));

/** An attempt has failed, and its successor has not begun. */
export const awaitingRetry: Cause = ({ job }) => {
  const { attempt = 0, failure, retryTime } = job.status ?? {};
  if (retryTime === undefined || failure === undefined || job.spec.suspend) return [];
  return [
    {
      what: `attempt ${attempt} failed (${failure.code}), and the next begins at ${retryTime}: ${failure.message}`,
      remedy: remedyOf(failure.code, job.metadata.name),
    },
  ];
};

/** What is refused is tried again within this time: a ReplicaSet does after 17 minutes at the latest. */
const recentMs = 1_200_000;

/**
 * Warnings of Kubernetes that no pod or condition tells, such as a quota that is used up. A job that
 * has all its pods has got over them.
 */
export const warned: Cause = ({ job, events, now }) => {
  if (isTrue(job, 'CoordinatorReady') && isTrue(job, 'WorkersReady')) return [];
  const texts = events
    .filter(({ regarding, at }) => !regarding.startsWith('Pod/') && now - at < recentMs)
    .map(({ reason, note, regarding }) => `${regarding}: ${note} (${reason})`);
  return [...new Set(texts)].map((what) => ({ what }));
};

export const noWorkers: Cause = ({ job }) =>
  job.spec.workers.replicas === 0
    ? [
        {
          what: 'the job is to have no workers',
          remedy: `kubectl mapreduce scale ${job.metadata.name} --workers 2`,
        },
      ]
    : [];
