import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '@mapreduce/controller-runtime';
import { aCondition } from '../testing/builders.ts';
import { deploymentView } from './deployment-view.ts';
import { jobView } from './job-view.ts';
import { nodeFact } from './node-view.ts';
import { podView } from './pod-view.ts';
import { waitingOf } from './waiting.ts';

const object = (kind: string, parts: object): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'x', uid: 'u', labels: { 'mapreduce.dev/role': 'worker' } },
  ...parts,
});
const pod = (container: object) =>
  object('Pod', {
    status: { containerStatuses: [{ name: 'worker', restartCount: 0, ...container }] },
  });
const waits = (reason: string, message = '') => ({ state: { waiting: { reason, message } } });
const ended = (exitCode: number, message?: string) => ({ reason: 'Error', exitCode, message });

describe('a pod', () => {
  it.each([
    ['makes its container', waits('ContainerCreating')],
    ['has ended well', { state: { terminated: { exitCode: 0 } }, restartCount: 1 }],
    ['has crashed once', { state: { terminated: ended(1) }, restartCount: 0 }],
    ['runs', { state: { running: {} } }],
  ])('that %s waits for nothing', (_, container) => {
    expect(waitingOf(pod(container))).toBeUndefined();
  });

  it('says why its image is not there', () => {
    expect(waitingOf(pod(waits('ImagePullBackOff', 'no such image')))).toEqual({
      reason: 'ImagePullBackOff',
      message: 'no such image',
    });
  });

  it('says what its container said before it crashed', () => {
    const crashed = {
      ...waits('CrashLoopBackOff', 'back-off'),
      lastState: { terminated: ended(4, 'no journal\n') },
    };
    expect(waitingOf(pod(crashed))).toEqual({
      reason: 'CrashLoopBackOff',
      message: 'Error, exit code 4: no journal',
    });
  });

  it('says why no node takes it', () => {
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message: '0/3 nodes',
    };
    const view = podView(object('Pod', { status: { conditions: [condition] } }));
    expect(view?.waiting).toEqual({ reason: 'Unschedulable', message: '0/3 nodes' });
  });

  it('says since when it has its node, and whether its volumes are mounted', () => {
    const told = (sandbox: object[]) => {
      const lastTransitionTime = '2026-01-31T12:00:00Z';
      const scheduled = { type: 'PodScheduled', status: 'True', lastTransitionTime };
      const view = podView(object('Pod', { status: { conditions: [scheduled, ...sandbox] } }));
      return [view?.scheduledAt, view?.mayStart];
    };
    const at = Date.parse('2026-01-31T12:00:00Z');
    const sandbox = (status: string) => [{ type: 'PodReadyToStartContainers', status }];
    expect(told([])).toEqual([at, undefined]);
    expect(told(sandbox('False'))).toEqual([at, false]);
    expect(told(sandbox('True'))).toEqual([at, true]);
  });

  it('that was disrupted says by whom', () => {
    const conditions = [
      { type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' },
    ];
    expect(podView(object('Pod', { status: { conditions } }))?.disruption).toBe(
      'PreemptionByScheduler',
    );
  });

  it('of somebody else is none', () => {
    expect(podView(object('Pod', { metadata: { name: 'x' } }))).toBeUndefined();
  });
});

describe('a Deployment', () => {
  it('tells of a quota', () => {
    const message = 'pods "x" is forbidden: exceeded quota: small';
    const conditions = [
      { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message },
    ];
    expect(deploymentView(object('Deployment', { status: { conditions } })).waiting).toEqual({
      reason: 'ExceededQuota',
      message,
    });
  });
});

describe('a node', () => {
  const ready = { conditions: [{ type: 'Ready', status: 'True' }] };

  it.each([
    ['is cordoned', { unschedulable: true }, true],
    [
      'is about to be removed',
      { taints: [{ key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' }] },
      true,
    ],
    [
      'is only for pods that tolerate it',
      { taints: [{ key: 'dedicated', effect: 'NoExecute' }] },
      false,
    ],
    ['is for others', { taints: [{ key: 'gpu', effect: 'NoSchedule' }] }, false],
    [
      'is not reached',
      { taints: [{ key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' }] },
      false,
    ],
  ])('that %s drains, or does not', (_, spec, draining) => {
    expect(nodeFact(object('Node', { spec, status: ready }))).toMatchObject({
      draining,
      gone: false,
      ready: true,
    });
  });

  it('that is being deleted drains, as it is there until its pods have gone', () => {
    const node = object('Node', { status: ready });
    const metadata = { ...node.metadata, deletionTimestamp: '2026-01-31T12:00:00Z' };
    expect(nodeFact({ ...node, metadata })).toMatchObject({ draining: true, gone: false });
  });

  it.each(['node.cloudprovider.kubernetes.io/shutdown', 'node.kubernetes.io/out-of-service'])(
    'with taint %s is gone',
    (key) => {
      expect(
        nodeFact(object('Node', { spec: { taints: [{ key, effect: 'NoExecute' }] } })).gone,
      ).toBe(true);
    },
  );
});

describe('a MapReduceJob', () => {
  const job = (parts: object) => ({
    apiVersion: 'mapreduce.dev/v1alpha1',
    kind: 'MapReduceJob',
    metadata: { name: 'count', namespace: 'team', uid: 'u' },
    spec: { program: { builtin: { name: 'wordcount' } }, inputs: [{ sample: {} }] },
    ...parts,
  });

  it('that does not parse names every field', () => {
    const view = jobView(job({ spec: { program: {}, inputs: [] } }));
    expect(view.spec).toBeUndefined();
    expect(view.faults.map((fault) => fault.split(':')[0])).toEqual([
      'spec.program',
      'spec.inputs',
    ]);
  });

  it('keeps what can be read of a status of another version', () => {
    const status = { attempt: 2, coordinator: { generation: 7 }, phase: 'Pausing', news: 1 };
    expect(jobView(job({ status })).status).toEqual({ attempt: 2, coordinator: { generation: 7 } });
  });

  it.each([
    ['coordinator', { generation: 7, epoch: 1 }],
    ['conditions', [{ ...aCondition('Complete'), weight: 1 }]],
    ['attempt', '2'],
  ])('is not gone on with where its %s cannot be read', (field, value) => {
    expect(() => jobView(job({ status: { [field]: value } }))).toThrow(`status.${field}`);
  });

  it.each([
    [undefined, false],
    ['mapreduce.dev/operator', false],
    ['kueue.x-k8s.io/multikueue', true],
  ])('that %p manages is foreign: %p', (managedBy, isForeign) => {
    const { spec } = job({});
    expect(jobView(job({ spec: { ...spec, managedBy } })).isForeign).toBe(isForeign);
  });
});
