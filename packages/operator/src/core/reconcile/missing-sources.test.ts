import { expect, it } from '@jest/globals';
import { configMaps } from '@mapreduce/controller-runtime';
import { MemoryApi } from '@mapreduce/controller-runtime/virtual';
import { SeededRandom, VirtualClock } from '@mapreduce/service/virtual';
import { aJobFile, aSpec, identity } from '../testing/builders.ts';
import { coordinatorPod } from '../children/coordinator-pod.ts';
import { missingConfigMaps } from './missing-config-maps.ts';

it('names each ConfigMap, and each key, that a pod would mount and that is not there', async () => {
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
  const file = aJobFile(aSpec({ inputs }));
  const pod = coordinatorPod(identity, file, 1);
  await make('count-job-uid-1234-0', {});
  await make('books', { data: { first: '1' }, binaryData: { second: 'Mg==' } });
  const { signal } = new AbortController();
  expect(await missingConfigMaps(api, pod, signal)).toEqual([
    'ConfigMap books has no key third',
    'ConfigMap letters is not there',
  ]);
});
