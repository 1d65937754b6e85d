import { expect, test } from '@jest/globals';
import { SeededRandom, VirtualClock } from '@mapreduce/service/virtual';
import { MemoryLog } from '@mapreduce/testing';
import type { ApiClient, ListOptions, WatchEvent, WatchOptions } from '../api/client.ts';
import { ApiError } from '../api/error.ts';
import type { KubeObject } from '../api/object.ts';
import { configMaps } from '../api/resources.ts';
import { MemoryApi } from '../virtual/memory-api.ts';
import { ObjectCache } from './object-cache.ts';
import { Reflector, type ReflectorSettings } from './reflector.ts';

const aMap = (name: string, parts: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'team', name, ...parts },
});

const apiError = (status: number, reason: string) =>
  new ApiError({ status, reason, message: reason });

function aReflector(
  client: ApiClient,
  clock: VirtualClock,
  settings: Partial<ReflectorSettings> = {},
) {
  const log = new MemoryLog();
  const cache = new ObjectCache<KubeObject>(log);
  const stop = new AbortController();
  let synced = 0;
  const reflector = new Reflector({
    client,
    resource: configMaps,
    selection: {},
    cache,
    clock,
    random: new SeededRandom(3),
    log,
    settings,
    onSynced: () => (synced += 1),
  });
  const ended = reflector.run(stop.signal);
  const names = () => cache.list().map(({ metadata }) => metadata.name);
  const end = async () => {
    stop.abort();
    await ended;
    expect(clock.pending).toBe(0);
  };
  return { cache, log, names, end, synced: () => synced };
}

function aWorld(settings: Partial<ReflectorSettings> = {}) {
  const clock = new VirtualClock();
  const api = new MemoryApi({ clock, random: new SeededRandom(1) });
  const calls = { lists: [] as ListOptions[], watches: [] as WatchOptions[] };
  const client: ApiClient = Object.assign(Object.create(api) as ApiClient, {
    list: (resource: typeof configMaps, options: ListOptions) => {
      calls.lists.push(options);
      return api.list(resource, options);
    },
    watch: (resource: typeof configMaps, options: WatchOptions) => {
      calls.watches.push(options);
      return api.watch(resource, options);
    },
  });
  return { clock, api, calls, client, ...aReflector(client, clock, settings) };
}

test('it lists page by page, then follows what changes', async () => {
  const clock = new VirtualClock();
  const api = new MemoryApi({ clock, random: new SeededRandom(1) });
  for (const name of ['a', 'b', 'c', 'd', 'e']) await api.create(configMaps, aMap(name));
  const { cache, names, synced, end } = aReflector(api, clock, { pageSize: 2 });
  expect(synced()).toBe(0);
  await clock.advance(0);
  expect([synced(), names()]).toEqual([1, ['a', 'b', 'c', 'd', 'e']]);

  await api.create(configMaps, aMap('f'));
  await api.patch(configMaps, { namespace: 'team', name: 'a' }, { data: { x: '1' } });
  await api.delete(configMaps, { namespace: 'team', name: 'b' });
  await clock.advance(0);
  expect(names()).toEqual(['a', 'c', 'd', 'e', 'f']);
  expect(cache.get({ namespace: 'team', name: 'a' })?.['data']).toEqual({ x: '1' });
  await end();
});

test('when the server ends a watch, the next goes on where it stood, with no list', async () => {
  const { clock, api, calls, names, end } = aWorld({ relistMs: 3_600_000 });
  await clock.advance(0);
  api.endWatches();
  await api.create(configMaps, aMap('a'));
  await clock.advance(2_000);
  expect(names()).toEqual(['a']);
  expect([calls.lists.length, calls.watches.length]).toEqual([1, 2]);
  await end();
});

test('a bookmark moves the version on, so that a quiet resource does not expire', async () => {
  const { clock, api, calls, end } = aWorld({ relistMs: 3_600_000 });
  await clock.advance(0);
  const quiet = { group: 'x', version: 'v1', kind: 'Other', plural: 'others', namespaced: true };
  for (const name of ['a', 'b']) await api.create(quiet, aMap(name));
  await clock.advance(60_000);
  api.compact();
  api.endWatches();
  await clock.advance(1_000);
  expect(calls.watches.map(({ resourceVersion }) => resourceVersion)).toEqual(['0', '2']);
  expect(calls.lists).toHaveLength(1);
  await end();
});

test.each([
  ['the status of the answer', (api: MemoryApi) => api.endWatches()],
  ['an event of the stream', (api: MemoryApi) => api.endWatches(apiError(410, 'Expired'))],
])(
  'a version that has expired, told by %s, is listed anew; what was deleted unseen is told',
  async (_how, cut) => {
    const { clock, api, calls, cache, names, end } = aWorld();
    await api.create(configMaps, aMap('a'));
    await clock.advance(0);
    const deleted: string[] = [];
    cache.addHandler({ deleted: ({ metadata }) => deleted.push(metadata.name) });
    // Between the end of the watch and the next one.
    cut(api);
    await api.delete(configMaps, { namespace: 'team', name: 'a' });
    await api.create(configMaps, aMap('b'));
    api.compact();
    await clock.advance(3_000);
    expect([names(), deleted, calls.lists.length]).toEqual([['b'], ['a'], 2]);
    await end();
  },
);

test('a watch that tells nothing is taken for dead, and begun anew without a list', async () => {
  const clock = new VirtualClock();
  const api = new MemoryApi({ clock, random: new SeededRandom(1) });
  let watches = 0;
  const client: ApiClient = Object.assign(Object.create(api) as ApiClient, {
    list: api.list.bind(api),
    async *watch(resource: typeof configMaps, options: WatchOptions) {
      watches += 1;
      if (watches > 1) yield* api.watch(resource, options);
      else await new Promise((resolve) => options.signal?.addEventListener('abort', resolve));
    },
  });
  const { names, log, end } = aReflector(client, clock, { idleMs: 90_000 });
  await clock.advance(0);
  await api.create(configMaps, aMap('a'));
  await clock.advance(89_000);
  expect(names()).toEqual([]);
  await clock.advance(2_000);
  expect([names(), watches]).toEqual([['a'], 2]);
  expect(log.facts.map(({ fact }) => fact)).toEqual(['a watch told nothing for too long']);
  await end();
});

test('every ten minutes it lists again, whatever the watches told', async () => {
  const { clock, calls, end } = aWorld();
  await clock.advance(3_600_000);
  expect(calls.lists.length).toBeGreaterThanOrEqual(6);
  expect(calls.lists.length).toBeLessThanOrEqual(7);
  for (const { timeoutSeconds } of calls.watches) expect(timeoutSeconds).toBeLessThanOrEqual(600);
  await end();
});

test('while the server cannot be reached it tries ever more rarely, and then at once knows all', async () => {
  const clock = new VirtualClock();
  const api = new MemoryApi({ clock, random: new SeededRandom(1) });
  const tries: number[] = [];
  let isDown = true;
  const client: ApiClient = Object.assign(Object.create(api) as ApiClient, {
    list: (resource: typeof configMaps, options: ListOptions) => {
      tries.push(clock.now());
      if (isDown) throw apiError(0, 'Unreachable');
      return api.list(resource, options);
    },
    watch: api.watch.bind(api),
  });
  const { names, synced, end } = aReflector(client, clock);
  await clock.advance(600_000);
  const pauses = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
  expect(pauses[0]).toBeLessThanOrEqual(500);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(10_000);
  expect(tries.length).toBeLessThan(130);
  expect(synced()).toBe(0);
  isDown = false;
  await api.create(configMaps, aMap('a'));
  await clock.advance(10_000);
  expect([synced(), names()]).toEqual([1, ['a']]);
  await end();
});

/** A server whose watches tell what a script says, one line of it a watch. */
function scripted(
  lists: readonly KubeObject[][],
  watches: readonly (readonly (WatchEvent<KubeObject> | Error)[])[],
) {
  const clock = new VirtualClock();
  const seen = { lists: [] as ListOptions[], watches: [] as WatchOptions[] };
  const client = {
    list: async (_resource: unknown, options: ListOptions) => {
      await Promise.resolve();
      const items = lists[Math.min(seen.lists.length, lists.length - 1)] ?? [];
      seen.lists.push(options);
      return { items, resourceVersion: '10' };
    },
    async *watch(_resource: unknown, options: WatchOptions) {
      const script = watches[seen.watches.length];
      seen.watches.push(options);
      for (const event of script ?? []) {
        if (event instanceof Error) throw event;
        yield event;
      }
      if (script === undefined) {
        await new Promise((resolve) => options.signal?.addEventListener('abort', resolve));
      }
    },
  } as unknown as ApiClient;
  return { clock, seen, ...aReflector(client, clock, { idleMs: 3_600_000 }) };
}

const event = (type: 'ADDED' | 'MODIFIED' | 'DELETED', name: string, resourceVersion: string) => ({
  type,
  object: aMap(name, { resourceVersion, uid: name }),
});

test('what a watch tells twice or too late changes nothing', async () => {
  const { clock, cache, names, end } = scripted(
    [[]],
    [
      [
        event('ADDED', 'a', '11'),
        event('MODIFIED', 'a', '13'),
        event('MODIFIED', 'a', '13'),
        event('MODIFIED', 'a', '12'),
        event('DELETED', 'a', '12'),
        event('ADDED', 'b', '14'),
        event('DELETED', 'b', '16'),
        event('MODIFIED', 'b', '15'),
        // Late, but of what nobody has heard of since: it is news all the same.
        event('ADDED', 'c', '12'),
        event('ADDED', 'd', '9'),
      ],
    ],
  );
  const told: string[] = [];
  cache.addHandler({
    added: ({ metadata }) => told.push(`added ${metadata.name}`),
    updated: (_before, { metadata }) => told.push(`updated ${metadata.resourceVersion ?? ''}`),
    deleted: ({ metadata }) => told.push(`deleted ${metadata.name}`),
  });
  await clock.advance(0);
  expect(told).toEqual(['added a', 'updated 13', 'added b', 'deleted b', 'added c']);
  expect(names()).toEqual(['a', 'c']);
  await end();
});

test('a watch that was cut goes on from the last event that it told', async () => {
  const { clock, seen, end } = scripted(
    [[]],
    [
      [event('ADDED', 'a', '11'), event('ADDED', 'b', '12'), apiError(0, 'Unreachable')],
      [event('ADDED', 'c', '13'), apiError(503, 'ServiceUnavailable')],
    ],
  );
  await clock.advance(5_000);
  expect(seen.watches.map(({ resourceVersion }) => resourceVersion)).toEqual(['10', '12', '13']);
  expect(seen.lists).toHaveLength(1);
  await end();
});

test('what makes no sense twice in a row is left behind by a list', async () => {
  const nonsense = apiError(0, 'BadResponse');
  const { clock, seen, names, end } = scripted(
    [[], [aMap('a', { resourceVersion: '9' })]],
    [[nonsense], [nonsense]],
  );
  await clock.advance(5_000);
  expect(names()).toEqual(['a']);
  expect([seen.lists.length, seen.watches.length]).toEqual([2, 3]);
  await end();
});

test('a server that ends every watch at once, or repeats itself, is not asked in a hot loop', async () => {
  const echo = [event('ADDED', 'a', '11')];
  const { clock, seen, end } = scripted(
    [[], echo.map(({ object }) => object)],
    Array.from({ length: 1_000 }, () => echo),
  );
  await clock.advance(120_000);
  expect(seen.watches.length).toBeLessThan(30);
  await end();
});

test('a version that expires at every watch is not asked for in a hot loop', async () => {
  const gone = [apiError(410, 'Expired')];
  const { clock, seen, end } = scripted(
    [[]],
    Array.from({ length: 1_000 }, () => gone),
  );
  await clock.advance(120_000);
  expect(seen.lists.length).toBeLessThan(30);
  await end();
});

test('pages whose version was compacted meanwhile are listed again in one', async () => {
  const clock = new VirtualClock();
  const api = new MemoryApi({ clock, random: new SeededRandom(1) });
  for (const name of ['a', 'b', 'c']) await api.create(configMaps, aMap(name));
  const lists: ListOptions[] = [];
  const client: ApiClient = Object.assign(Object.create(api) as ApiClient, {
    list: async (resource: typeof configMaps, options: ListOptions) => {
      lists.push(options);
      const page = await api.list(resource, options);
      await api.create(configMaps, aMap(`new-${lists.length}`));
      api.compact();
      return page;
    },
    watch: api.watch.bind(api),
  });
  const { names, end } = aReflector(client, clock, { pageSize: 2 });
  await clock.runUntil(() => names().length > 0, 1_000);
  expect(names()).toEqual(['a', 'b', 'c', 'new-1']);
  expect(lists.map(({ limit }) => limit)).toEqual([2, 2, undefined]);
  await end();
});

test('a list whose pages lead to themselves does not go on for ever', async () => {
  const clock = new VirtualClock();
  let lists = 0;
  const client = {
    list: async () => {
      await Promise.resolve();
      lists += 1;
      return { items: [], resourceVersion: '1', continue: 'again' };
    },
  } as unknown as ApiClient;
  const { log, end } = aReflector(client, clock);
  await clock.advance(0);
  expect(lists).toBe(2);
  expect(log.facts[0]?.fields?.['error']).toBe('two pages of a list have the same sequel');
  await end();
});

test('caches keep no managed fields', async () => {
  const managed = aMap('a', { resourceVersion: '11', managedFields: [{ manager: 'x' }] });
  const { clock, cache, end } = scripted(
    [[managed]],
    [
      [
        {
          type: 'ADDED',
          object: {
            ...managed,
            metadata: { ...managed.metadata, name: 'b', resourceVersion: '12' },
          },
        },
      ],
    ],
  );
  await clock.advance(0);
  for (const object of cache.list()) expect(object.metadata).not.toHaveProperty('managedFields');
  expect(cache.size).toBe(2);
  await end();
});
