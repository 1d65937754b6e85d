import { formatDuration } from '../../values/duration.ts';
import { counted } from '../../view/style.ts';
import { isSkewed, stragglerText } from '../../view/straggler.ts';
import { isTrue } from '../job-object.ts';
import { statusOfJob } from '../status-of-job.ts';
import type { Cause } from './facts.ts';
import { isHeardOf } from './operator.ts';

/** A tenth of all attempts for nothing is worth a word. */
const notableShare = 0.1;

/** Work that is done more than once. */
export const lostWork: Cause = ({ job }) => {
  const { attempts } = job.status ?? {};
  if (attempts === undefined) return [];
  const notable = (count: number) => count > 0 && count >= attempts.started * notableShare;
  return [
    ...(notable(attempts.lost)
      ? [
          {
            what: `${counted(attempts.lost, 'attempt')} of ${attempts.started} went with their workers`,
            remedy:
              'see why workers go: kubectl get events; a longer graceSeconds lets them hand over',
          },
        ]
      : []),
    ...(notable(attempts.failed)
      ? [
          {
            what: `${counted(attempts.failed, 'attempt')} of ${attempts.started} failed and ran again`,
            remedy: `see their errors: kubectl mapreduce logs ${job.metadata.name} --failed`,
          },
        ]
      : []),
    ...(notable(attempts.fetchFailures)
      ? [
          {
            what: `workers could not fetch from each other ${attempts.fetchFailures} times`,
            remedy: 'check NetworkPolicies and the network between the nodes',
          },
        ]
      : []),
  ];
};

/** One task that the others have to wait for. */
export const straggling: Cause = (facts) => {
  const { job, now } = facts;
  const { straggler } = statusOfJob(job, now);
  if (straggler === undefined || !isHeardOf(facts)) return [];
  const what = `${stragglerText(straggler)} (on ${straggler.worker})`;
  const { name } = job.metadata;
  if (isSkewed(straggler)) {
    const remedy = straggler.task.startsWith('map')
      ? 'its split is far larger than the others: a smaller splitSize divides it'
      : 'a few keys have most of the records: add a combine function, or divide those keys further; more reducers do not divide a key';
    return [{ what, remedy }];
  }
  const task = straggler.task.replace(' ', '-');
  const look = `see what it does: kubectl mapreduce logs ${name} --task ${task}`;
  const backup = job.spec.backupTasks ? '' : '; with backupTasks another worker would try it too';
  return [{ what, remedy: `${look}, and its node${backup}` }];
};

/** Fewer workers than asked for, though none of their pods says why. */
export const missingWorkers: Cause = ({ job }) => {
  const ready = job.status?.workers?.ready ?? 0;
  const { replicas } = job.spec.workers;
  if (!isTrue(job, 'Running') || ready >= replicas) return [];
  return [{ what: `${ready} of ${counted(replicas, 'worker')} are ready, so it takes longer` }];
};

/** What the job does, where nothing is wrong. */
export const proceeding: Cause = (facts) => {
  const { job, now } = facts;
  if (!isHeardOf(facts)) return [];
  const { progress, startTime } = job.status ?? {};
  if (progress === undefined) {
    return [{ what: `the job is ${job.status?.phase ?? 'new'}: its pods are being started` }];
  }
  const since =
    startTime === undefined ? '' : ` after ${formatDuration(now - Date.parse(startTime))}`;
  const left = progress.estimatedRemainingSeconds;
  const rest = left === undefined ? '' : `, about ${formatDuration(left * 1_000)} to go`;
  return [
    { what: `the job runs: ${progress.percentage} %${since}, in phase ${progress.phase}${rest}` },
  ];
};
