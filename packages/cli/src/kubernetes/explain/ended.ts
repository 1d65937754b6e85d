import { conditionOf, isTrue } from '../job-object.ts';
import type { Cause } from './facts.ts';
import { remedyOf } from './remedies.ts';

/** A job that has ended. */
export const ended: Cause = ({ job }) => {
  const { status } = job;
  const lost = conditionOf(job, 'OutputLost');
  if (lost?.status === 'True') return [{ what: `the job was complete, but ${lost.message}` }];
  if (isTrue(job, 'Complete')) {
    const until =
      status?.expirationTime === undefined ? '' : `; it is deleted at ${status.expirationTime}`;
    return [{ what: `the job is complete${until}` }];
  }
  const failed = conditionOf(job, 'Failed');
  if (failed?.status !== 'True') return [];
  const { code, task, file, offset, message = failed.message } = status?.failure ?? {};
  const inTask = task === undefined ? '' : ` in ${task}`;
  const at = offset === undefined ? '' : ` at byte ${offset}`;
  const place = file === undefined ? '' : `, ${file}${at}`;
  const remedy = remedyOfReason(failed.reason) ?? (code && remedyOf(code, job.metadata.name));
  return [
    {
      what: `the job failed (${failed.reason})${inTask}${place}: ${message}`,
      ...(remedy !== undefined && { remedy }),
    },
  ];
};

function remedyOfReason(reason: string): string | undefined {
  if (reason === 'InvalidSpec') return 'mend the field that the message names, and submit it again';
  if (reason === 'DeadlineExceeded') return 'raise activeDeadlineSeconds, or give it more workers';
  if (reason === 'PreRunningDeadlineExceeded') {
    return 'see what kept the pods from starting: kubectl get events; or raise preRunningDeadlineSeconds';
  }
  return undefined;
}
