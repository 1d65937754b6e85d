import { describe, expect } from '@jest/globals';
import {
  conditionOf,
  digest,
  holds,
  jobUntil,
  outputOf,
  submit,
  untilComplete,
  untilMapped,
  untilReducing,
  wentOn,
  type Job,
  type JobName,
} from './support/job.ts';
import { kubectl, listObjects, type KubernetesObject } from './support/kubectl.ts';
import { scenario, testNamespace } from './support/scenario.ts';
import { workload } from './support/workload.ts';

const namespace = testNamespace('lifecycle');

/** Every kind that the operator makes. */
const kinds =
  'pods,services,secrets,configmaps,deployments.apps,replicasets.apps,networkpolicies,poddisruptionbudgets,persistentvolumeclaims';

const load = workload(12, { map: 0.6, reduce: 1.5 });

/** The points of a job's life at which something is done to it. */
const moments: readonly [name: string, until: (job: JobName) => Promise<unknown>][] = [
  ['as soon as it is there', () => Promise.resolve()],
  [
    'when its coordinator is ready',
    (job) => jobUntil(job, (seen) => holds(seen, 'CoordinatorReady'), 'with a coordinator'),
  ],
  ['while it maps', (job) => untilMapped(job, 2)],
  ['while it reduces', (job) => untilReducing(job)],
  ['when it is complete', (job) => untilComplete(job)],
];

function ofJob(objects: readonly KubernetesObject[], name: string): readonly string[] {
  return objects
    .filter(({ metadata }) => metadata.labels?.['mapreduce.dev/job-name'] === name)
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`);
}

/**
 * Waits until nothing of a job is left. What the operator was just making when the job went is found
 * by a later look, and goes with its owner.
 */
async function nothingIsLeft({ namespace: space, name }: JobName, seconds = 60): Promise<void> {
  const selector = `mapreduce.dev/job-name=${name}`;
  const deadline = Date.now() + seconds * 1_000;
  let left = await listObjects(space, kinds, selector);
  while (left.length > 0 && Date.now() < deadline) {
    for (const { kind, metadata } of left) {
      const object = `${kind}/${metadata.name}`;
      const timeout = `--timeout=${Math.ceil(Math.max(1, deadline - Date.now()) / 1_000)}s`;
      await kubectl('wait', '-n', space, object, '--for=delete', timeout);
    }
    left = await listObjects(space, kinds, selector);
  }
  expect(ofJob(left, name)).toEqual([]);
}

const suspend = ({ namespace: space, name }: JobName, value: boolean) =>
  kubectl(
    'patch',
    'mrj',
    '-n',
    space,
    name,
    '--type=merge',
    '-p',
    JSON.stringify({ spec: { suspend: value } }),
  );
const untilSuspended = (job: JobName) =>
  jobUntil(job, (seen) => holds(seen, 'Suspended'), 'suspended');

interface Moment {
  readonly name: string;
  readonly spec: object;
  readonly until: (job: JobName) => Promise<unknown>;
}

const broken = { program: { builtin: { name: 'no-such-program' } } };
const retry = { rules: [{ onCodes: ['program'], action: 'Retry' }] };

/** Those of `moments`, and the others at which a job stays until something is done to it. */
const deleted: readonly Moment[] = [
  ...moments.map(([name, until]) => ({ name, spec: {}, until })),
  { name: 'suspended-first', spec: { suspend: true }, until: untilSuspended },
  {
    name: 'suspended-later',
    spec: {},
    async until(job) {
      await untilMapped(job, 2);
      await suspend(job, true);
      await untilSuspended(job);
    },
  },
  {
    name: 'failed',
    spec: broken,
    until: (job) => jobUntil(job, (seen) => holds(seen, 'Failed'), 'failed'),
  },
  {
    name: 'waiting for its next attempt',
    spec: { ...broken, failurePolicy: retry },
    until: (job) =>
      jobUntil(job, ({ status }) => status?.retryTime !== undefined, 'waiting for a retry'),
  },
];

describe('a job that is deleted', () => {
  scenario('leaves nothing, whenever it is deleted', namespace, async () => {
    await Promise.all(
      deleted.map(async ({ spec, until }, index) => {
        const job = { namespace: namespace.name, name: `deleted-${index}` };
        await submit(job, { ...load.spec, ...spec });
        await until(job);
        await kubectl('delete', 'mrj', '-n', job.namespace, job.name, '--timeout=60s');
        await nothingIsLeft(job, 120);
      }),
    );
  });
});

describe('a job that is suspended', () => {
  scenario(
    'has no pods until it is resumed, and then gives its output, whenever that is',
    namespace,
    async () => {
      const expected = digest(await load.expected());
      await Promise.all(
        moments.slice(0, -1).map(async ([, until], index) => {
          const job = { namespace: namespace.name, name: `suspended-${index}` };
          await submit(job, load.spec);
          await until(job);
          await suspend(job, true);
          await untilSuspended(job);
          for (const pod of await listObjects(
            job.namespace,
            'pods',
            `mapreduce.dev/job-name=${job.name}`,
          )) {
            await kubectl(
              'wait',
              '-n',
              job.namespace,
              `pod/${pod.metadata.name}`,
              '--for=delete',
              '--timeout=120s',
            );
          }
          await suspend(job, false);
          const done = await untilComplete(job, 180);
          expect(digest(await outputOf(done))).toBe(expected);
          wentOn(done);
        }),
      );
    },
  );

  scenario('waits for its next attempt again once it is resumed', namespace, async () => {
    const job = { namespace: namespace.name, name: 'suspended-waiting' };
    await submit(job, { ...load.spec, ...broken, failurePolicy: retry });
    // The second time it waits for long enough to be suspended and resumed meanwhile.
    const hasFailedTwice = ({ status }: Job) =>
      status?.attempt === 2 && status.retryTime !== undefined;
    await jobUntil(job, hasFailedTwice, 'waiting for its second retry');
    await suspend(job, true);
    await untilSuspended(job);
    await suspend(job, false);
    const isWaiting = ({ status }: Job) =>
      status?.phase === 'Pending' && status.retryTime !== undefined;
    const waiting = await jobUntil(job, isWaiting, 'waiting again');
    expect(conditionOf(waiting, 'Suspended')?.status).toBe('False');
    const isTrying = ({ status }: Job) => status?.attempt === 2 && status.attemptTime !== undefined;
    await jobUntil(job, isTrying, 'at its third attempt');
  });
});

describe('a job that has ended', () => {
  scenario('is deleted with all that it had when its time to live is over', namespace, async () => {
    const job = { namespace: namespace.name, name: 'short-lived' };
    await submit(job, { ...load.spec, ttlSecondsAfterFinished: 3 });
    const done = await untilComplete(job);
    expect(done.status?.expirationTime).toBeDefined();
    await kubectl('wait', '-n', job.namespace, 'mrj/short-lived', '--for=delete', '--timeout=60s');
    await nothingIsLeft(job, 120);
  });

  scenario('fails when its deadline is over, and its workers go', namespace, async () => {
    const job = { namespace: namespace.name, name: 'too-slow' };
    const slow = workload(24, { map: 5, reduce: 1 });
    await submit(job, { ...slow.spec, activeDeadlineSeconds: 8, backoffLimit: 0 });
    const isOver = (seen: Job) => holds(seen, 'Failed');
    const ended = await jobUntil(job, isOver, 'failed', 60);
    expect(ended.status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'Failed', status: 'True', reason: 'DeadlineExceeded' }),
    );
  });
});
