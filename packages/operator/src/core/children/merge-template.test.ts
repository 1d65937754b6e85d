import { describe, expect, it } from '@jest/globals';
import { coordinatorPod } from './coordinator-pod.ts';
import { mergeTemplate } from './merge-template.ts';
import { workerDeployment } from './worker-deployment.ts';
import { aSource, aSpec, identity } from '../testing/builders.ts';

describe("a user's pod template", () => {
  const ours = {
    spec: {
      nodeSelector: { disk: 'ssd' },
      schedulingGates: [{ name: 'a' }],
      containers: [{ name: 'worker', image: 'i', env: [{ name: 'A', value: '1' }] }],
    },
  };

  it.each<[string, object, object]>([
    [
      'adds fields',
      { spec: { nodeSelector: { zone: 'b' } } },
      { spec: { nodeSelector: { disk: 'ssd', zone: 'b' } } },
    ],
    ['keeps fields that nobody knows', { spec: { future: [1] } }, { spec: { future: [1] } }],
    [
      'replaces lists that have no key',
      { spec: { schedulingGates: [{ name: 'b' }] } },
      { spec: { schedulingGates: [{ name: 'b' }] } },
    ],
    [
      'changes a container by its name',
      {
        spec: { containers: [{ name: 'worker', env: [{ name: 'A', value: '2' }, { name: 'B' }] }] },
      },
      {
        spec: {
          containers: [
            { name: 'worker', image: 'i', env: [{ name: 'A', value: '2' }, { name: 'B' }] },
          ],
        },
      },
    ],
    [
      'adds a container',
      { spec: { containers: [{ name: 'sidecar' }] } },
      { spec: { containers: [{ name: 'worker' }, { name: 'sidecar' }] } },
    ],
  ])('%s', (_, theirs, merged) => {
    expect(mergeTemplate(ours, theirs)).toMatchObject(merged);
  });

  it('cannot change the labels by which pods are found', () => {
    const template = { metadata: { labels: { 'mapreduce.dev/role': 'spy', team: 'x' } } };
    const source = aSource(aSpec({ workers: { template } }));
    expect(workerDeployment(identity, source, 1)['spec']).toMatchObject({
      template: { metadata: { labels: { 'mapreduce.dev/role': 'worker', team: 'x' } } },
    });
  });

  it('cannot say where a pod is made, what it is called, or whose it is', () => {
    const metadata = {
      namespace: 'kube-system',
      name: 'spy',
      finalizers: ['never/ends'],
      ownerReferences: [],
      annotations: { team: 'x' },
    };
    const source = aSource(aSpec({ coordinator: { template: { metadata } } }));
    expect(coordinatorPod(identity, source, 1).metadata).toEqual({
      namespace: 'team',
      name: 'count-coordinator-1',
      labels: expect.objectContaining({ 'mapreduce.dev/role': 'coordinator' }),
      annotations: { team: 'x' },
      ownerReferences: [expect.objectContaining({ kind: 'MapReduceJob', name: 'count' })],
    });
  });

  it('loses no label to metadata that are null', () => {
    const source = aSource(aSpec({ coordinator: { template: { metadata: null } } }));
    const { labels } = coordinatorPod(identity, source, 1).metadata;
    expect(labels).toMatchObject({ 'mapreduce.dev/role': 'coordinator' });
  });
});

describe('tolerations', () => {
  const spot = { key: 'spot', operator: 'Exists' };
  const everything = { operator: 'Exists' };
  const noExecute = (condition: string, tolerationSeconds = 10) => ({
    key: `node.kubernetes.io/${condition}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds,
  });
  const notReady = noExecute('not-ready');
  const unreachable = noExecute('unreachable');
  const patient = noExecute('unreachable', 60);
  const ofTaintsAlone = { ...noExecute('unreachable'), effect: 'NoSchedule' };
  const anyEffect = { ...patient, effect: '' };

  it.each<[string, object[], object[]]>([
    ['of a spot node leave a dead one to be given up as soon', [spot], [notReady, unreachable]],
    ['that are none take none away', [], [notReady, unreachable]],
    ['of a node that does not answer are as the user wrote them', [patient], [notReady]],
    ['of any effect are, too', [anyEffect], [notReady]],
    ['of another effect are others', [ofTaintsAlone], [notReady, unreachable]],
    ['of everything leave nothing to add', [everything], []],
  ])('%s', (_name, theirs, added) => {
    const template = { spec: { tolerations: theirs } };
    const source = aSource(aSpec({ coordinator: { template }, workers: { template } }));
    const expected = { tolerations: [...theirs, ...added] };
    expect(coordinatorPod(identity, source, 1)['spec']).toMatchObject(expected);
    expect(workerDeployment(identity, source, 1)['spec']).toMatchObject({
      template: { spec: expected },
    });
  });
});

describe('a worker pod', () => {
  it('has somebody who waits for what commands leave behind, and else nobody', () => {
    const program = { streaming: { mapper: { command: ['cat'] } } };
    const specOf = (source: ReturnType<typeof aSource>) =>
      (workerDeployment(identity, source, 1)['spec'] as { template: { spec: object } }).template
        .spec;
    expect(specOf(aSource(aSpec({ program })))).toMatchObject({ shareProcessNamespace: true });
    expect(specOf(aSource())).not.toHaveProperty('shareProcessNamespace');
  });
});
