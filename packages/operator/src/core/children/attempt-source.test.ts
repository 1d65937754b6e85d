import { describe, expect, it } from '@jest/globals';
import { aSource, aSpec, identity } from '../testing/builders.ts';
import { readSource, sourceMap, sourceOf } from './attempt-source.ts';
import { coordinatorPod } from './coordinator-pod.ts';
import { workerDeployment } from './worker-deployment.ts';

const written = (source = aSource()) => readSource(sourceMap(identity, source));

describe('what an attempt is made from', () => {
  it('is read as it was written', () => {
    expect(written()).toEqual(aSource());
  });

  it.each([{ spec: null }, { metadata: { labels: { number: 1 } } }, { metadata: null }])(
    'is read whatever a template holds: %j',
    (template) => {
      const source = aSource(aSpec({ coordinator: { template } }));
      expect(written(source)).toEqual(source);
      expect(coordinatorPod(identity, source, 1).kind).toBe('Pod');
    },
  );

  it.each([
    ['job.json', '{'],
    ['job.json', undefined],
    ['pods.json', '{"coordinator":{"spec":{}}}'],
  ])('is not guessed where somebody else has written %s: %j', (key, text) => {
    const map = sourceMap(identity, aSource());
    const data = { ...(map['data'] as object), [key]: text };
    expect(() => readSource({ ...map, data })).toThrow(
      `ConfigMap count-job-uid-1234-0: ${key}: not what an operator wrote`,
    );
  });

  it('is for every attempt what it was for the first, whoever makes its pods', () => {
    const first = aSource();
    const spec = { ...first.pods.coordinator.spec, dnsPolicy: 'of an operator of that time' };
    const pods = { ...first.pods, coordinator: { ...first.pods.coordinator, spec } };
    const third = sourceOf(identity, 2, { ...first, pods });
    const pod = coordinatorPod(identity, third, 5);
    expect(pod['spec']).toMatchObject({ dnsPolicy: 'of an operator of that time' });
    expect(pod.metadata.labels).toMatchObject({
      'mapreduce.dev/attempt': '2',
      'mapreduce.dev/generation': '5',
    });
    expect(JSON.stringify(pod)).toContain('"configMap":{"name":"count-job-uid-1234-2"}');
    expect(JSON.stringify(pod)).not.toContain('count-job-uid-1234-0');
    expect(workerDeployment(identity, third, 1)).toMatchObject({
      metadata: { labels: { 'mapreduce.dev/attempt': '2' } },
      spec: { template: { metadata: { labels: { 'mapreduce.dev/attempt': '2' } } } },
    });
  });
});
