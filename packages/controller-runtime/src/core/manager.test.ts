import { expect, test } from '@jest/globals';
import { sleep } from '@mapreduce/service';
import { SeededRandom, VirtualClock } from '@mapreduce/service/virtual';
import { MemoryLog } from '@mapreduce/testing';
import type { ApiClient } from '../api/client.ts';
import { ApiError } from '../api/error.ts';
import type { KubeObject } from '../api/object.ts';
import { configMaps, secrets } from '../api/resources.ts';
import { interceptedClient } from '../virtual/intercepted-client.ts';
import { MemoryApi } from '../virtual/memory-api.ts';
import { done } from './controller.ts';
import { LeaderElector } from './leader-elector.ts';
import { Manager } from './manager.ts';
import { noMetrics } from './metrics.ts';

const aMap = (name: string, namespace = 'team'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace, name },
});

function aCluster() {
  const clock = new VirtualClock();
  const api = new MemoryApi({ clock, random: new SeededRandom(1) });
  const start = (identity: string, namespaces?: readonly string[]) => {
    const parts = { clock, log: new MemoryLog(), metrics: noMetrics };
    const stop = new AbortController();
    const state = { isCut: false };
    const client = interceptedClient(api, async () => {
      await Promise.resolve();
      if (state.isCut) throw new ApiError({ status: 0, reason: 'Unreachable', message: 'cut' });
    });
    const elector = new LeaderElector({
      ...parts,
      client,
      namespace: 'system',
      name: 'lock',
      identity,
    });
    const manager = new Manager({ ...parts, client, random: new SeededRandom(2), elector });
    const seen: string[] = [];
    const maps = manager.informer(configMaps, namespaces ? { namespaces } : {});
    manager
      .controller('maps', async ({ name }) => {
        await Promise.resolve();
        seen.push(`${name} of ${maps.cache.size}`);
        return done;
      })
      .watches(maps);
    const process = { manager, maps, seen, stop, state, end: 'running' };
    void manager.run(stop.signal).then((end) => (process.end = end));
    return process;
  };
  return { clock, api, start };
}

test('nothing is reconciled before the caches are full, or by who does not lead', async () => {
  const { clock, api, start } = aCluster();
  for (const name of ['a', 'b']) await api.create(configMaps, aMap(name));
  const first = start('first');
  expect(first.manager.hasSynced).toBe(false);
  await clock.advance(100);
  const second = start('second');
  await clock.advance(10_000);
  expect(first.seen).toEqual(['a of 2', 'b of 2']);
  // It follows all the same, so that it can take over at once.
  expect([second.seen, second.manager.hasSynced]).toEqual([[], true]);

  first.stop.abort();
  await clock.advance(3_000);
  expect([first.end, second.seen]).toEqual(['stopped', ['a of 2', 'b of 2']]);
  second.stop.abort();
  await clock.advance(10_000);
  expect([second.end, clock.pending]).toEqual(['stopped', 0]);
});

test('nothing is reconciled while one cache of several is not full', async () => {
  const clock = new VirtualClock();
  const api = new MemoryApi({ clock, random: new SeededRandom(1) });
  await api.create(configMaps, aMap('a'));
  const client: ApiClient = {
    ...interceptedClient(api, () => Promise.resolve()),
    list: async (resource, options) => {
      if (resource.kind === secrets.kind) await sleep(clock, 5_000);
      return api.list(resource, options);
    },
  };
  const parts = { client, clock, random: new SeededRandom(2) };
  const manager = new Manager({ ...parts, log: new MemoryLog(), metrics: noMetrics });
  const seen: string[] = [];
  manager.informer(secrets);
  manager
    .controller('maps', ({ name }) => {
      seen.push(name);
      return Promise.resolve(done);
    })
    .watches(manager.informer(configMaps));
  const stop = new AbortController();
  const ended = manager.run(stop.signal);
  await clock.advance(4_000);
  expect(seen).toEqual([]);
  await clock.advance(2_000);
  expect(seen).toEqual(['a']);
  stop.abort();
  await clock.advance(10_000);
  expect(await ended).toBe('stopped');
});

test('who loses the lease stops, and says so', async () => {
  const { clock, api, start } = aCluster();
  const first = start('first');
  await clock.advance(1_000);
  first.state.isCut = true;
  await clock.advance(12_000);
  expect(first.end).toBe('lost');
  await api.create(configMaps, aMap('late'));
  await clock.advance(60_000);
  expect([first.seen, clock.pending]).toEqual([[], 0]);
});

test('some namespaces are followed with a watch each, and others not at all', async () => {
  const { clock, api, start } = aCluster();
  const { maps, manager, seen, stop } = start('first', ['team', 'other']);
  await clock.advance(100);
  expect(manager.hasSynced).toBe(true);
  for (const namespace of ['team', 'other', 'third']) {
    await api.create(configMaps, aMap(`in-${namespace}`, namespace));
  }
  await clock.advance(0);
  expect(maps.cache.list().map(({ metadata }) => metadata.name)).toEqual(['in-team', 'in-other']);
  await clock.advance(3_600_000);
  expect(maps.cache.size).toBe(2);
  expect(seen).toHaveLength(2);
  stop.abort();
  await clock.advance(10_000);
});
