import { expect, it } from '@jest/globals';
import { MemoryApi } from '@mapreduce/controller-runtime/virtual';
import { SeededRandom, VirtualClock } from '@mapreduce/service/virtual';
import { events, warningsAbout } from './events.ts';

it('finds the warnings about a job and its volumes behind a thousand events of others', async () => {
  const api = new MemoryApi({ clock: new VirtualClock(), random: new SeededRandom(1) });
  const namespace = 'team';
  const tell = (id: string, type: string, regarding: object, reason = 'FailedCreate') =>
    api.create(events, {
      ...{ apiVersion: 'events.k8s.io/v1', kind: 'Event', metadata: { namespace, name: id } },
      ...{ type, reason, note: `note ${id}`, regarding },
    });
  for (let other = 0; other < 1_100; other += 1) {
    await tell(`a-${other}`, 'Warning', { kind: 'MapReduceJob', name: 'other' });
  }
  await tell('z-1', 'Warning', { kind: 'ReplicaSet', name: 'wc-worker-5f' });
  await tell('z-2', 'Normal', { kind: 'MapReduceJob', name: 'wc' });
  await tell('z-3', 'Warning', { kind: 'Pod', name: 'wc-worker-5f-x' });
  await tell('z-4', 'Warning', { kind: 'Pod', name: 'wc-coordinator-1' }, 'FailedMount');
  await tell('z-5', 'Warning', { kind: 'Pod', name: 'other-coordinator-1' }, 'FailedMount');
  expect(await warningsAbout('wc', { client: api, namespace })).toEqual([
    {
      ...{ type: 'Warning', reason: 'FailedCreate', note: 'note z-1' },
      regarding: 'ReplicaSet/wc-worker-5f',
    },
    {
      ...{ type: 'Warning', reason: 'FailedMount', note: 'note z-4' },
      regarding: 'Pod/wc-coordinator-1',
    },
  ]);
});
