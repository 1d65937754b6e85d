import { isTrue } from '../job-object.ts';
import type { Cause } from './facts.ts';

/** An operator writes a first status within a second or two. */
const unseenMs = 15_000;

/** Nobody looks after the job. */
export const unseen: Cause = ({ job, now }) => {
  const { managedBy } = job.spec;
  if (managedBy !== undefined && managedBy !== 'mapreduce.dev/operator') {
    return [{ what: `the job is managed by ${managedBy}, not by this operator` }];
  }
  const age = now - Date.parse(job.metadata.creationTimestamp ?? '');
  if (job.status?.observedGeneration !== undefined || age < unseenMs) return [];
  return [
    {
      what: 'no operator has seen the job',
      remedy: `check that one runs and watches namespace ${job.metadata.namespace ?? ''}: kubectl get pods -A -l app.kubernetes.io/component=operator`,
    },
  ];
};

export const suspended: Cause = ({ job }) =>
  job.spec.suspend || isTrue(job, 'Suspended')
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

/** Warnings of Kubernetes that no pod or condition tells, such as a quota that is used up. */
export const warned: Cause = ({ events }) => {
  const texts = events
    .filter(({ type, regarding }) => type === 'Warning' && !regarding.startsWith('Pod/'))
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
