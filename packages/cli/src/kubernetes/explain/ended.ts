import { isTrue } from '../job-object.ts';
import type { Cause } from './facts.ts';

const remedies: Readonly<Record<string, string>> = {
  input: 'check that the input is there, readable, and does not change while the job runs',
  program: 'run the program on a little input with mapreduce run, mend it, and submit it again',
  task: 'mend the function or the record that the message names, or allow skipBadRecords',
  output: 'make room in the output volume, or name another directory',
  internal: 'see kubectl mapreduce logs --failed; please report it',
  'coordinator-lost':
    'give the coordinator a claim (spec.coordinator.volume.claim) that outlives nodes',
};

/** A job that has ended. */
export const ended: Cause = ({ job }) => {
  const { status } = job;
  if (isTrue(job, 'OutputLost')) {
    return [
      {
        what: 'the job was complete, but the pod that held its output has gone',
        remedy: 'submit it again, with output pvc or spec.coordinator.volume.claim',
      },
    ];
  }
  if (isTrue(job, 'Complete')) {
    const until =
      status?.expirationTime === undefined ? '' : `; it is deleted at ${status.expirationTime}`;
    return [{ what: `the job is complete${until}` }];
  }
  const failed = status?.conditions?.find((own) => own.type === 'Failed' && own.status === 'True');
  if (failed === undefined) return [];
  const { code, task, file, offset, message = failed.message } = status?.failure ?? {};
  const inTask = task === undefined ? '' : ` in ${task}`;
  const at = offset === undefined ? '' : ` at byte ${offset}`;
  const place = file === undefined ? '' : `, ${file}${at}`;
  const remedy = remedyOf(failed.reason, code);
  return [
    {
      what: `the job failed (${failed.reason})${inTask}${place}: ${message}`,
      ...(remedy !== undefined && { remedy }),
    },
  ];
};

function remedyOf(reason: string, code: string | undefined): string | undefined {
  if (reason === 'InvalidSpec') return 'mend the field that the message names, and submit it again';
  if (reason === 'DeadlineExceeded') return 'raise activeDeadlineSeconds, or give it more workers';
  if (reason === 'PreRunningDeadlineExceeded') {
    return 'see what kept the pods from starting: kubectl get events; or raise preRunningDeadlineSeconds';
  }
  return code === undefined ? undefined : remedies[code];
}
