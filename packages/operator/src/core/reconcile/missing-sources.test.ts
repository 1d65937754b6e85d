import { expect, it } from '@jest/globals';
import { configMaps } from '@mapreduce/controller-runtime';
import { MemoryApi } from '@mapreduce/controller-runtime/virtual';
import { SeededRandom, VirtualClock } from '@mapreduce/service/virtual';
import { aSource, aSpec, identity } from '../testing/builders.ts';
import { coordinatorPod } from '../children/coordinator-pod.ts';
import { missingSources } from './missing-sources.ts';

it('names each ConfigMap, key and Secret that a pod would mount and that is not there', async () => {
  const api = new MemoryApi({ clock: new VirtualClock(), random: new SeededRandom(1) });
  const make = (name: string, content: object) =>
    api.create(configMaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: 'team', name },
      ...content,
    });
  const inputs = [
    { configMap: { name: 'books', key: 'second' } },
    { configMap: { name: 'books', key: 'third' } },
    { configMap: { name: 'letters' } },
    { configMap: { name: 'letters' } },
  ];
  const source = aSource(aSpec({ inputs }));
  const pod = coordinatorPod(identity, source, 1);
  await make('count-job-uid-1234-0', {});
  await make('books', { data: { first: '1' }, binaryData: { second: 'Mg==' } });
  const { signal } = new AbortController();
  const missing = await missingSources(api, pod, signal);
  expect(missing.map(({ message }) => message)).toEqual([
    'ConfigMap books has no key third',
    'ConfigMap letters is not there',
    'Secret count-tokens-uid-1234 is not there',
  ]);
});
