import { describe, expect, it } from '@jest/globals';
import { isTerminal, plan } from './plan.ts';
import {
  aCondition,
  aCoordinator,
  aDeployment,
  aJob,
  aReportedWorker,
  aSource,
  aSpec,
  aWorker,
  addressOfWorker,
  ago,
  conditionText,
  draftOf,
  heard,
  nodeFacts,
  now,
  observed,
  planOf,
  running,
  settings,
} from './testing/builders.ts';

const objectsOf = ({ surroundings, coordinatorPod, workers }: ReturnType<typeof planOf>) =>
  [...surroundings, coordinatorPod, workers].flatMap((object) =>
    object === undefined ? [] : `${object.kind} ${object.metadata.name}`,
  );

describe('a job that is new', () => {
  it('gets an id and a generation before it gets any pod', () => {
    const made = planOf(observed());
    expect(made.status).toMatchObject({
      phase: 'Starting',
      jobId: 'count-uid-1234-0',
      attempt: 0,
      coordinator: { generation: 1 },
      startTime: ago(0),
    });
    expect(made.statusFirst).toBe(true);
    expect(objectsOf(made)).toEqual([]);
  });

  it('then gets all that it needs, owned by it', () => {
    const launch = { generation: 1 };
    const seen = running(
      { pods: [], deployment: undefined, talk: {}, isSourceWritten: false, launch },
      { coordinator: { generation: 1 } },
    );
    const made = planOf(seen);
    expect(objectsOf(made)).toEqual([
      'Service count-coordinator',
      'NetworkPolicy count',
      'PodDisruptionBudget count-worker',
      'Pod count-coordinator-1',
      'Deployment count-worker',
    ]);
    expect(made.source?.file.id).toBe('count-uid-1234-0');
    for (const object of [...made.surroundings, made.coordinatorPod, made.workers]) {
      expect(object?.metadata.ownerReferences).toMatchObject([
        { kind: 'MapReduceJob', name: 'count', controller: true, blockOwnerDeletion: true },
      ]);
    }
  });

  it('has pods as it was started with, though this operator makes others', () => {
    const started = aSource();
    const spec = { ...started.pods.coordinator.spec, dnsPolicy: 'of that time' };
    const pods = { ...started.pods, coordinator: { ...started.pods.coordinator, spec } };
    const source = { ...started, pods };
    const made = planOf(
      running(
        { pods: [], talk: {}, source, launch: { generation: 2 } },
        { coordinator: { generation: 2 } },
      ),
    );
    expect(made.coordinatorPod).toMatchObject({ spec: { dnsPolicy: 'of that time' } });
  });

  it('fails at once, with the field, if its spec is none', () => {
    const job = aJob({ spec: undefined, faults: ['spec.inputs: too small'] });
    const made = planOf(observed({ job }));
    expect(conditionText(made, 'Failed')).toBe('True InvalidSpec');
    expect(made.status.conditions?.[0]?.message).toBe('spec.inputs: too small');
    expect(objectsOf(made)).toEqual([]);
  });

  it('fails if the API server will never take its pod', () => {
    const refusals = [
      {
        what: 'Pod count-coordinator-1',
        reason: 'Invalid',
        message: 'spec.nodeSelector: bad',
        isInvalid: true,
        fields: ['spec.nodeSelector'],
      },
    ];
    const spec = aSpec({ coordinator: { template: { spec: { nodeSelector: 'ssd' } } } });
    const made = planOf(running({ refusals }, {}, spec));
    expect(conditionText(made, 'Failed')).toBe('True InvalidSpec');
    const failed = made.status.conditions?.find(({ type }) => type === 'Failed');
    expect(failed?.message).toBe(
      'spec.coordinator.template.spec.nodeSelector: spec.nodeSelector: bad',
    );
  });

  it.each([
    ['is reconciled by somebody else', { isForeign: true }],
    ['is being deleted', { isDeleting: true }],
  ])('is left alone if it %s', (_, parts) => {
    expect(plan(observed({ job: aJob(parts) }), settings)).toBeUndefined();
  });
});

describe('a job that runs', () => {
  it('shows the attempt that all wait for, and since when, which stays', () => {
    const told = {
      ...{ attempt: '1-1-5f3a9c21-reduce-3-0', task: 'reduce 3', worker: addressOfWorker(2) },
      ...{ runningMs: 30_000, medianMs: 2_000, sizeRatio: 31.04 },
    };
    const shown = {
      ...{ attempt: told.attempt, task: 'reduce 3', pod: 'count-worker-2', since: ago(30) },
      ...{ medianSeconds: 2, sizeRatio: 31 },
    };
    const made = planOf(running({ talk: heard({ straggler: told }) }));
    expect(made.status.progress?.straggler).toEqual(shown);
    const later = heard({ straggler: { ...told, runningMs: 30_900 } });
    const again = planOf(running({ talk: later }, { progress: made.status.progress }));
    expect(again.status.progress).toEqual(made.status.progress);
  });

  it('shows how far it has come', () => {
    const made = planOf(
      running({ talk: heard({ workers: [aReportedWorker(1)], workersTotal: 1 }) }),
    );
    expect(made.status).toMatchObject({
      phase: 'Running',
      maps: '2/4',
      reduces: '0/4',
      progress: { phase: 'map', percentage: 25, recordsRead: 50 },
      workers: {
        replicas: 2,
        ready: 2,
        list: [{ pod: 'count-worker-1', state: 'alive', busy: 1 }, { state: 'pending' }],
      },
      coordinator: { generation: 1, pod: 'count-coordinator-1' },
    });
    expect(conditionText(made, 'CoordinatorReady')).toBe('True PodReady');
    expect(conditionText(made, 'WorkersReady')).toBe('True AllReady');
    expect(made.contact).toEqual({ podUid: 'count-coordinator-1-uid', ip: '10.0.0.200' });
  });

  it('writes nothing anew while nothing changes', () => {
    const first = planOf(running());
    const seen = running();
    const again = planOf({ ...seen, now: now + 5_000, job: { ...seen.job, status: first.status } });
    expect(again.status).toEqual(first.status);
  });

  it('begins to run with the first task', () => {
    const seen = running({}, { phase: 'Starting' });
    const waiting = draftOf(seen);
    waiting.clear('runningTime');
    const made = planOf({ ...seen, job: { ...seen.job, status: waiting.status } });
    expect(conditionText(made, 'Running')).toBe('True TasksBegun');
    expect(made.status.runningTime).toBe(ago(0));
  });

  it('does not hear a coordinator of an earlier generation', () => {
    const seen = running({
      talk: heard({ state: 'succeeded' }),
      pods: [aCoordinator({ uid: 'another' })],
    });
    expect(isTerminal(planOf(seen))).toBe(false);
  });

  it('is complete when its coordinator says so, and lets the workers go', () => {
    const made = planOf(running({ talk: heard({ state: 'succeeded' }) }));
    expect(conditionText(made, 'Complete')).toBe('True Succeeded');
    expect(made.status).toMatchObject({
      phase: 'Succeeded',
      completionTime: ago(0),
      output: { location: 'pod://count-coordinator-1/var/lib/mapreduce/output' },
      progress: { percentage: 100 },
    });
    expect(made.deletions.map(({ kind }) => kind)).toEqual(['Deployment']);
    expect(made.contact).toBeUndefined();
  });

  it('fails with what its coordinator says', () => {
    const [file, offset] = ['books/moby.txt', 4_711];
    const stack = `at map (count.ts:3)\n${'at somewhere\n'.repeat(2_000)}`;
    const cause = { kind: 'user', message: 'x is not a function', file, offset, stack };
    const error = { code: 'task' as const, cause };
    const made = planOf(running({ talk: heard({ state: 'failed', error } as never) }));
    expect(conditionText(made, 'Failed')).toBe('True TaskFailed');
    expect(made.status.failure).toEqual({
      ...{ code: 'task', message: 'x is not a function', file, offset },
      stack: stack.slice(0, 8_192),
    });
    expect(made.deletions.map(({ kind }) => kind)).toEqual(['Deployment']);
  });

  it('fails at its deadline, and every pod goes', () => {
    const made = planOf(running({}, {}, aSpec({ activeDeadlineSeconds: 60 })));
    expect(conditionText(made, 'Failed')).toBe('True DeadlineExceeded');
    expect(made.deletions.map(({ kind }) => kind)).toEqual(['Deployment', 'Pod']);
  });

  it('has its Deployment put right when somebody else scales it', () => {
    const made = planOf(running({ deployment: aDeployment({ replicas: 1 }) }));
    expect(made.replicas).toBe(2);
    expect(made.workers).toBeUndefined();
  });

  it('relieves workers on a node that drains, and counts those on a lost one as lost', () => {
    const workers = [aReportedWorker(1), aReportedWorker(2)];
    const talk = heard({ workers });
    const drain = planOf(running({ talk, nodes: nodeFacts({ 'node-1': { draining: true } }) }));
    expect(drain.wish.drain?.addresses).toEqual([addressOfWorker(1), addressOfWorker(2)]);
    const [coordinator, first, second] = running().pods;
    if (!coordinator || !first || !second) throw new Error('expected three pods');
    const pods = [coordinator, { ...first, node: 'node-2' }, second];
    const lost = planOf(running({ talk, pods, nodes: nodeFacts({ 'node-2': { gone: true } }) }));
    expect(lost.wish.lost?.addresses).toEqual([addressOfWorker(1)]);
  });

  it('says so again while they drain', () => {
    const talk = heard({ workers: [aReportedWorker(1, { state: 'draining' })] });
    const made = planOf(running({ talk, nodes: nodeFacts({ 'node-1': { draining: true } }) }));
    expect(made.wish.drain?.addresses).toEqual([addressOfWorker(1)]);
    expect(made.wakeAt).toBe(now + 5_000);
    expect(made.deletions).toEqual([]);
  });

  it('knows its workers where pods have addresses of IPv6', () => {
    const address = 'http://[fd00::1]:7071';
    const pods = [aCoordinator(), aWorker(1, { ip: 'fd00::1' })];
    const talk = heard({ workers: [aReportedWorker(1, { address })] });
    const drain = planOf(
      running({ pods, talk, nodes: nodeFacts({ 'node-1': { draining: true } }) }),
    );
    expect(drain.wish.drain?.addresses).toEqual([address]);
  });

  it('relieves workers too that are beyond those that its coordinator lists', () => {
    const talk = heard({ workers: [aReportedWorker(1)], workersTotal: 2 });
    const drain = planOf(running({ talk, nodes: nodeFacts({ 'node-1': { draining: true } }) }));
    expect(drain.wish.drain?.addresses).toEqual([addressOfWorker(1), addressOfWorker(2)]);
  });

  it('moves those that are not listed once the answer says that they are relieved', () => {
    const drained = [{ incarnation: 'w2', address: addressOfWorker(2), relieved: true }];
    const talk = heard({ workers: [aReportedWorker(1)], workersTotal: 2 }, { drained });
    const made = planOf(running({ talk, nodes: nodeFacts({ 'node-1': { draining: true } }) }));
    expect(made.deletions.map(({ name }) => name)).toEqual(['count-worker-2']);
    expect(made.wakeAt).toBe(now + 1_000);
  });

  it('keeps the pods of its workers as they were made, whatever a newer operator would make', () => {
    const newer = { ...settings, images: { ...settings.images, worker: 'worker:2' } };
    const made = plan(running(), newer);
    expect(made).toMatchObject({ workers: undefined, replicas: undefined });
  });

  it('says why, and since when, its coordinator is silent, and the same a minute later', () => {
    const talk = { silentSince: now - 20_000, silence: 'unauthorized' };
    const messageAt = (at: number) =>
      planOf(running({ talk, now: at })).status.conditions?.find(({ type }) => type === 'Degraded')
        ?.message;
    expect(messageAt(now)).toBe(`the coordinator has not answered since ${ago(20)}: unauthorized`);
    expect(messageAt(now + 60_000)).toBe(messageAt(now));
  });

  it('says what to do when its tokens are lost, and makes no pods that would know others', () => {
    const pods = [aCoordinator()];
    const made = planOf(running({ areTokensLost: true, pods, deployment: undefined }));
    expect(conditionText(made, 'Degraded')).toBe('True TokensLost');
    expect(made).toMatchObject({ workers: undefined, contact: undefined });
    const suspended = planOf(
      running({ areTokensLost: true, pods, deployment: undefined }, {}, aSpec({ suspend: true })),
    );
    expect(suspended.deletions).toMatchObject([{ name: 'count-coordinator-1' }]);
  });

  it('has its tokens made again when pods wait for them', () => {
    const pods = [aCoordinator(), aWorker(1, { phase: 'Pending', ready: false })];
    const what = 'Secret count-tokens-uid-1234';
    const missing = [{ what, message: `${what} is not there` }];
    const made = planOf(running({ pods, missing }));
    expect(made.needsTokens).toBe(true);
    expect(conditionText(made, 'Degraded')).toBe('True SecretMissing');
    expect(planOf(running()).needsTokens).toBe(false);
  });

  it('has its job file made again when pods wait for it, as it was at the start', () => {
    const pods = [aCoordinator({ phase: 'Pending', ready: false })];
    const what = 'ConfigMap count-job-uid-1234-0';
    const missing = [{ what, message: `${what} is not there` }];
    const made = planOf(running({ pods, missing }));
    expect(made.source).toEqual(aSource());
    expect(planOf(running()).source).toBeUndefined();
  });

  it('says which ConfigMap its pods wait for, and looks again', () => {
    const pods = [aCoordinator({ phase: 'Pending', ready: false })];
    const books = { what: 'ConfigMap books', message: 'ConfigMap books is not there' };
    const made = planOf(running({ pods, talk: {}, missing: [books] }));
    expect(conditionText(made, 'Degraded')).toBe('True ConfigMapMissing');
    expect(made.wakeAt).toBeLessThan(now + 10_000);
  });

  it.each([
    [false, 'a volume cannot be attached or mounted, or the pod gets no network;'],
    [true, 'its image is still being pulled, or a container that goes before runs;'],
    [undefined, 'or the pod gets no network, or its image is still being pulled;'],
  ])('says after a minute that a pod hangs, whose sandbox is there: %p', (mayStart, says) => {
    const hanging = (seconds: number) => {
      const scheduledAt = now - seconds * 1_000;
      const parts = { phase: 'Pending', ready: false, createdAt: now - 600_000, scheduledAt };
      const pods = [aCoordinator(), aWorker(1, { ...parts, mayStart })];
      return planOf(running({ pods }));
    };
    expect(conditionText(hanging(59), 'Degraded')).toBeUndefined();
    expect(hanging(59).wakeAt).toBeLessThan(now + 10_000);
    const made = hanging(60);
    expect(conditionText(made, 'Degraded')).toBe('True ContainerCreating');
    const { message } = made.status.conditions?.find(({ type }) => type === 'Degraded') ?? {};
    expect(message).toContain(says);
    expect(message).toMatch(/^pod count-worker-1: .* kubectl describe pod count-worker-1$/);
  });

  it('names its coordinator first of several pods that hang, whichever was seen first', () => {
    const parts = { phase: 'Pending', ready: false, scheduledAt: now - 60_000 };
    const pods = [aWorker(2, parts), aWorker(1, parts), aCoordinator(parts)];
    const { conditions } = planOf(running({ pods, talk: {} })).status;
    const degraded = conditions?.find(({ type }) => type === 'Degraded');
    expect(degraded?.message).toMatch(/^pod count-coordinator-1: .* \(and 2 more\)$/);
  });

  it('says of a pod that hangs for want of a ConfigMap only that', () => {
    const scheduledAt = now - 600_000;
    const pods = [aCoordinator({ phase: 'Pending', ready: false, scheduledAt })];
    const missing = [{ what: 'ConfigMap books', message: 'ConfigMap books is not there' }];
    const { conditions } = planOf(running({ pods, talk: {}, missing })).status;
    const degraded = conditions?.find(({ type }) => type === 'Degraded');
    expect(degraded?.message).toBe('ConfigMap books is not there');
  });

  it('fails with the volume for a cause where its coordinator never starts', () => {
    const scheduledAt = now - 600_000;
    const pods = [aCoordinator({ phase: 'Pending', ready: false, scheduledAt, mayStart: false })];
    const starting = { runningTime: undefined, attemptTime: ago(600) } as const;
    const { conditions } = planOf(running({ pods, talk: {} }, starting)).status;
    const failed = conditions?.find(({ type }) => type === 'Failed');
    expect(failed).toMatchObject({ status: 'True', reason: 'PreRunningDeadlineExceeded' });
    expect(failed?.message).toMatch(/ContainerCreating: .*a volume cannot be attached or mounted/);
  });

  it('moves a relieved worker off a node that drains', () => {
    const talk = heard({ workers: [aReportedWorker(1, { state: 'draining', relieved: true })] });
    const made = planOf(running({ talk, nodes: nodeFacts({ 'node-1': { draining: true } }) }));
    expect(made.deletions.map(({ name }) => name)).toEqual(['count-worker-1']);
  });

  it('tells why it does not come on', () => {
    const waiting = { reason: 'ImagePullBackOff', message: 'no such image' };
    const pods = [aCoordinator({ ready: false, waiting })];
    expect(conditionText(planOf(running({ pods })), 'Degraded')).toBe('True ImagePullBackOff');
    const conditions = [aCondition('Degraded')];
    expect(conditionText(planOf(running({}, { conditions })), 'Degraded')).toBe('False AsExpected');
  });
});

it('a job that waits for its next attempt shows no pods that are gone', () => {
  const workers = { replicas: 1, ready: 1, selector: 'a=b', list: [] };
  const list = [{ pod: 'count-worker-1', state: 'alive' as const, busy: 1, tasksCompleted: 1 }];
  const status = { attempt: 1, retryTime: ago(-60), workers: { ...workers, list } };
  const before = running({}, { ...status, attemptTime: undefined, runningTime: undefined });
  const made = planOf(observed({ job: before.job }));
  expect(made.status.phase).toBe('Pending');
  expect(made.status.workers).toMatchObject({ replicas: 0, ready: 0, list: [] });
  expect(conditionText(made, 'CoordinatorReady')).toBe('False NoPod');
});

describe('a job that has ended', () => {
  const conditions = [aCondition('Complete', { reason: 'Succeeded' })];
  const ended = { phase: 'Succeeded', completionTime: ago(100), conditions } as const;

  it('stays until its time is over, at no cost', () => {
    const made = planOf(running({ pods: [aCoordinator()], deployment: undefined }, ended));
    expect(made).toMatchObject({ deletions: [], events: [], surroundings: [], expired: false });
    expect(made.wakeAt).toBe(now + (86_400 - 100) * 1_000);
    expect(made.status.expirationTime).toBe(ago(100 - 86_400));
  });

  it('has no coordinator that is ready once that has gone', () => {
    const ready = [...conditions, aCondition('CoordinatorReady')];
    const made = planOf(running({ pods: [], talk: {} }, { ...ended, conditions: ready }));
    expect(conditionText(made, 'CoordinatorReady')).toBe('False NoPod');
  });

  it('is deleted then', () => {
    const spec = aSpec({ ttlSecondsAfterFinished: 100 });
    expect(planOf(running({ pods: [aCoordinator()] }, ended, spec)).expired).toBe(true);
  });

  it('never runs again, whatever becomes of its spec', () => {
    const spec = aSpec({ suspend: true });
    const made = planOf(running({ pods: [aCoordinator()], talk: heard() }, ended, spec));
    expect(made.status.phase).toBe('Succeeded');
    expect(made.coordinatorPod).toBeUndefined();
    expect(made.workers).toBeUndefined();
  });

  it('has lost its output with the pod that held it', () => {
    const made = planOf(running({ pods: [], deployment: undefined }, ended));
    expect(conditionText(made, 'OutputLost')).toBe('True CoordinatorGone');
  });

  it('gets another coordinator where the output is in the claim of the one that is lost', () => {
    const volume = { claim: { size: '1Gi' } };
    const spec = aSpec({ coordinator: { volume } });
    const output = { location: '', recordsWritten: 1, bytesWritten: 1 };
    const status = { ...ended, output };
    const first = planOf(running({ pods: [], deployment: undefined }, status, spec));
    expect(first).toMatchObject({ statusFirst: true, status: { coordinator: { generation: 2 } } });
    expect(conditionText(first, 'OutputLost')).toBeUndefined();
    const next = { ...status, coordinator: { generation: 2 } };
    const launch = { generation: 2 };
    const made = planOf(running({ pods: [], deployment: undefined, launch }, next, spec));
    expect(objectsOf(made)).toEqual(['Pod count-coordinator-2']);
    expect(made.status).toMatchObject({
      phase: 'Succeeded',
      output: { location: 'pod://count-coordinator-2/var/lib/mapreduce/output' },
    });
    const there = planOf(running({ pods: [aCoordinator()] }, status, spec));
    expect(there.status.coordinator?.generation).toBe(1);
    expect(there.coordinatorPod).toBeUndefined();
  });

  it('has lost what it was started to write into the pod, whatever its spec says by now', () => {
    const parts = { pods: [], deployment: undefined };
    const claimed = aSpec({ output: { pvc: { claimName: 'results' } } });
    const later = planOf(running({ ...parts, source: aSource() }, ended, claimed));
    expect(conditionText(later, 'OutputLost')).toBe('True CoordinatorGone');
    const earlier = planOf(running({ ...parts, source: aSource(claimed) }, ended));
    expect(conditionText(earlier, 'OutputLost')).toBeUndefined();
  });

  it('has lost nothing where the output is in a claim', () => {
    const spec = aSpec({ output: { pvc: { claimName: 'results' } } });
    const made = planOf(running({ pods: [], deployment: undefined }, ended, spec));
    expect(conditionText(made, 'OutputLost')).toBeUndefined();
  });
});
