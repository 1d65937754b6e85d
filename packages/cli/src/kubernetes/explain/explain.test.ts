import { describe, expect, it } from '@jest/globals';
import { condition, createdAt, halfWay, jobWith, podWith, progressHalfWay } from '../fixtures.ts';
import { explain } from './explain.ts';
import type { Facts } from './facts.ts';

const facts = (part: Partial<Facts>): Facts => ({
  ...{ job: jobWith({ status: halfWay }), pods: [], events: [], now: createdAt + 20_000 },
  ...part,
});

/** What is said first, and what to do. */
function first(part: Partial<Facts>): string {
  const [finding] = explain(facts(part));
  return `${finding?.what ?? ''} → ${finding?.remedy ?? ''}`;
}

const waiting = (reason: string, message?: string) =>
  podWith('wc-worker-1', {
    phase: 'Pending',
    containerStatuses: [
      {
        ...{ name: 'worker', ready: false, restartCount: 0, image: 'no/such:1' },
        state: { waiting: { reason, ...(message !== undefined && { message }) } },
      },
    ],
  });

describe('explain', () => {
  it('says how far a job is that runs', () => {
    expect(first({})).toBe('the job runs: 33 % after 20.0 s, in phase map, about 30.0 s to go → ');
  });

  it('says that no operator has seen a job, once it is old enough', () => {
    const job = jobWith();
    expect(first({ job })).toMatch(/^no operator has seen the job → check that one runs/);
    expect(first({ job, now: createdAt + 1_000 })).toMatch(/pods are being started/);
  });

  it('says that no operator has seen a change, once that is old enough', () => {
    const managedFields = [
      { manager: 'kubectl-patch', time: '2026-01-31T12:00:10Z' },
      { manager: 'mapreduce-operator', subresource: 'status', time: '2026-01-31T12:59:00Z' },
    ];
    const job = jobWith({ metadata: { generation: 7, managedFields }, status: halfWay });
    expect(first({ job, now: createdAt + 30_000 })).toMatch(
      /^no operator has seen what was changed of the job: it is at generation 7, its status at 1 → check/,
    );
    expect(first({ job })).toMatch(/^the job runs/);
  });

  it('does not pass off an old status of a job for what it does now', () => {
    const findings = explain(facts({ now: createdAt + 3_600_000 }));
    expect(findings).toEqual([
      {
        what: 'nothing new was told of the job for 59 min 50 s: it was at 33 %, in phase map',
        remedy: expect.stringMatching(
          /^check that its operator runs: .* kubectl mapreduce logs wc$/,
        ),
      },
    ]);
  });

  it.each<[string, object, object]>([
    ['its next attempt', {}, { retryTime: '2026-01-31T12:00:10Z' }],
    ['activeDeadlineSeconds', { activeDeadlineSeconds: 10 }, { startTime: '2026-01-31T12:00:00Z' }],
    ['preRunningDeadlineSeconds', {}, { attemptTime: '2026-01-31T11:50:10Z' }],
  ])('says that no operator looks after a job when it is late: %s', (told, spec, times) => {
    const job = jobWith({ spec, status: { phase: 'Starting', observedGeneration: 1, ...times } });
    expect(first({ job, now: createdAt + 70_000 })).toMatch(
      new RegExp(
        `^no operator looks after the job: ${told} .* 1 min 0 s ago → check that one runs`,
      ),
    );
    expect(first({ job, now: createdAt + 60_000 })).toMatch(/^the job is Starting/);
  });

  it('says what a job failed of that waits for its next attempt', () => {
    const status = {
      ...{ phase: 'Pending' as const, observedGeneration: 1, attempt: 2 },
      failure: { code: 'internal' as const, message: 'no' },
      retryTime: '2026-01-31T12:00:30Z',
    };
    expect(first({ job: jobWith({ status }) })).toBe(
      'attempt 2 failed (internal), and the next begins at 2026-01-31T12:00:30Z: no → see kubectl mapreduce logs wc --failed; please report it',
    );
  });

  it('says who else manages a job', () => {
    const job = jobWith({ spec: { managedBy: 'kueue.x-k8s.io/multikueue' } });
    expect(first({ job })).toMatch(/managed by kueue/);
  });

  it('says that a job is suspended, and how to resume it', () => {
    const job = jobWith({ spec: { suspend: true }, status: halfWay });
    expect(first({ job })).toMatch(/^the job is suspended → resume it: kubectl patch mrj wc/);
  });

  it('does not ask to resume a job that has been resumed', () => {
    const status = { ...halfWay, conditions: [condition('Suspended', 'SuspendedByUser')] };
    expect(first({ job: jobWith({ status }) })).toMatch(/^the job runs/);
  });

  it('names the pod that cannot be placed', () => {
    const pod = podWith('wc-worker-1', {
      phase: 'Pending',
      conditions: [
        {
          ...{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' },
          message: '0/3 nodes are available: 3 Insufficient cpu.',
        },
      ],
    });
    expect(first({ pods: [pod] })).toBe(
      'pod wc-worker-1: cannot be placed: 0/3 nodes are available: 3 Insufficient cpu. → ask for less (spec.workers.resources), fewer workers, or add nodes',
    );
  });

  it('tells one cause of many pods once', () => {
    const pods = [
      waiting('ImagePullBackOff', 'not found'),
      waiting('ImagePullBackOff', 'not found'),
    ];
    expect(explain(facts({ pods }))[0]?.what).toBe(
      '2 pods such as wc-worker-1: its image cannot be had (ImagePullBackOff): not found',
    );
  });

  it('takes a container that is being made for no trouble', () => {
    expect(first({ pods: [waiting('ContainerCreating')] })).toMatch(/^the job runs/);
  });

  const ofPod = (reason: string, note: string, pod = 'wc-worker-1') => ({
    ...{ reason, note, regarding: `Pod/${pod}`, at: createdAt },
  });
  const noServer = ofPod('FailedMount', 'MountVolume.SetUp failed for volume "in": timed out\n');
  const inUse = ofPod('FailedAttachVolume', 'Multi-Attach error for volume "pv-1"');

  it('says which volume a pod waits for before the time that went in waiting', () => {
    const pods = [waiting('ContainerCreating')];
    expect(first({ pods, events: [noServer] })).toMatch(
      /^pod wc-worker-1: waits for a volume \(FailedMount\): MountVolume.SetUp failed .*: timed out → see whether the server/,
    );
    expect(first({ pods, events: [noServer, inUse] })).toMatch(
      /^pod wc-worker-1: waits for a volume \(FailedAttachVolume\): Multi-Attach error .* \(ReadWriteOnce\)$/,
    );
    expect(explain(facts({ pods, events: [noServer, inUse] })).length).toBe(2);
    const noNetwork = ofPod('FailedCreatePodSandBox', 'no address is left');
    expect(first({ pods, events: [noNetwork] })).toMatch(/no address is left → .*network plugin/);
  });

  it('says nothing of a volume that is mounted by now, or that another pod waits for', () => {
    const begun = podWith('wc-worker-1', { phase: 'Running' });
    expect(first({ pods: [begun], events: [noServer] })).toMatch(/^the job runs/);
    const other = ofPod('FailedMount', 'x', 'wc-worker-coordinator-1');
    expect(first({ pods: [waiting('ContainerCreating')], events: [other] })).toMatch(
      /^the job runs/,
    );
  });

  it('says that memory ran out', () => {
    const pod = podWith('wc-worker-1', {
      containerStatuses: [
        {
          ...{ name: 'worker', ready: true, restartCount: 1, state: { running: {} } },
          lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
        },
      ],
    });
    expect(first({ pods: [pod] })).toMatch(
      /ran out of memory \(OOMKilled\) → raise the memory limit/,
    );
  });

  it('repeats what a container said before it ended again', () => {
    const pod = podWith('wc-coordinator-1', {
      containerStatuses: [
        {
          ...{ name: 'coordinator', ready: false, restartCount: 3 },
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated: { exitCode: 2, message: 'error: job file: not JSON\n' } },
        },
      ],
    });
    expect(first({ pods: [pod] })).toMatch(
      /exit code 2: error: job file: not JSON → see what it said: kubectl mapreduce logs wc --failed$/,
    );
  });

  const quota = {
    ...{ reason: 'FailedCreate', regarding: 'ReplicaSet/wc-worker-5', at: createdAt },
    note: 'exceeded quota',
  };

  it('passes on warnings that no pod tells', () => {
    expect(first({ events: [quota] })).toBe(
      'ReplicaSet/wc-worker-5: exceeded quota (FailedCreate) → ',
    );
  });

  it('says nothing of warnings that are old, or that the job has got over', () => {
    const conditions = [condition('CoordinatorReady', 'X'), condition('WorkersReady', 'X')];
    const job = jobWith({ status: { ...halfWay, conditions } });
    expect(first({ job, events: [quota] })).toMatch(/^the job runs/);
    const old = { ...quota, at: createdAt - 1_200_000 };
    expect(first({ events: [old] })).toMatch(/^the job runs/);
  });

  it('ranks what stops a job before what slows it down', () => {
    const attempts = {
      ...{ started: 10, failed: 0, lost: 4, backup: 0, fetchFailures: 0, moved: 0, rerunAhead: 0 },
    };
    const status = { ...halfWay, attempts, conditions: [condition('Degraded', 'X', 'no room')] };
    const findings = explain(facts({ job: jobWith({ status }), pods: [waiting('ErrImagePull')] }));
    expect(findings.map(({ what }) => what.slice(0, 30))).toEqual([
      'pod wc-worker-1: its image can',
      'no room (X)',
      '4 attempts of 10 went with the',
      'the job runs: 33 % after 20.0 ',
    ]);
  });

  describe('that waits for one task', () => {
    const slow = (task: string, sizeRatio: number) => ({
      attempt: `1-1-5f3a9c21-${task.replace(' ', '-')}-0`,
      ...{ task, pod: 'wc-worker-2', since: '2026-01-31T12:00:10Z', medianSeconds: 1, sizeRatio },
    });
    it.each([
      ['reduce 3', 31, /it reads 31 times as much \(on wc-worker-2\) → a few keys have most/],
      ['map 0', 5, /it reads 5 times as much \(on wc-worker-2\) → its split is far larger/],
      ['map 0', 1, /others took 1.00 s \(on wc-worker-2\) → .* logs wc --task map-0, and its node/],
    ])('says which, and why: %s, %d times the size', (task, sizeRatio, told) => {
      const progress = { ...progressHalfWay, straggler: slow(task, sizeRatio) };
      expect(first({ job: jobWith({ status: { ...halfWay, progress } }) })).toMatch(told);
    });
  });

  it('says why a job failed, and what to do about that kind of failure', () => {
    const status = {
      ...halfWay,
      conditions: [condition('Failed', 'TaskFailed', 'x')],
      failure: {
        ...{ code: 'task' as const, message: 'TypeError: no', task: 'map-3' },
        ...{ file: 'books/moby.txt', offset: 4_711 },
      },
    };
    expect(first({ job: jobWith({ status }) })).toBe(
      'the job failed (TaskFailed) in map-3, books/moby.txt at byte 4711: TypeError: no → mend the function or the record that the message names, or allow skipBadRecords',
    );
  });

  it('says that a job is complete, or that its output has gone since', () => {
    const complete = { ...halfWay, conditions: [condition('Complete', 'Done')] };
    expect(first({ job: jobWith({ status: complete }) })).toBe('the job is complete → ');
    const lost = condition('OutputLost', 'X', 'pod wc-coordinator-1 is gone; run the job again');
    const status = { ...complete, conditions: [...complete.conditions, lost] };
    expect(first({ job: jobWith({ status }) })).toBe(
      'the job was complete, but pod wc-coordinator-1 is gone; run the job again → ',
    );
  });
});
