import { expect, test } from '@jest/globals';
import { sleep } from '@mapreduce/service';
import { nodeClock } from '@mapreduce/service/node';
import { SeededRandom } from '@mapreduce/service/virtual';
import { MemoryLog } from '@mapreduce/testing';
import { formatKey, keyOf, type KubeObject } from '../api/object.ts';
import { configMaps } from '../api/resources.ts';
import { Informer } from '../core/informer.ts';
import { MemoryApi } from '../virtual/memory-api.ts';
import { ChaoticServer, faults } from './fixtures/chaotic-server.ts';
import { fastClock, loopback } from './fixtures/loopback.ts';

const text = (objects: Iterable<KubeObject>) =>
  [...objects]
    .map((object) => `${formatKey(keyOf(object))} ${JSON.stringify(object['data'])}`)
    .sort();

/** What handlers are told, put together again: it has to make sense at every step. */
function follow(informer: Informer<KubeObject>) {
  const told = new Map<string, KubeObject>();
  informer.cache.addHandler({
    added: (object) => {
      expect(told.has(object.metadata.name)).toBe(false);
      told.set(object.metadata.name, object);
    },
    updated: (before, after) => {
      expect(told.get(after.metadata.name)).toBe(before);
      told.set(after.metadata.name, after);
    },
    deleted: ({ metadata }) => {
      expect(told.delete(metadata.name)).toBe(true);
    },
  });
  return told;
}

async function until(what: () => Promise<boolean>): Promise<void> {
  while (!(await what())) await sleep(nodeClock, 20);
}

async function change(api: MemoryApi, random: SeededRandom): Promise<void> {
  const key = { namespace: 'team', name: `map-${random.integer(0, 30)}` };
  const data = { value: random.hex(8), ...(random.chance(0.004) && { big: 'x'.repeat(2 ** 20) }) };
  if ((await api.get(configMaps, key)) === undefined) {
    await api.create(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: key, data });
  } else if (random.chance(0.3)) await api.delete(configMaps, key);
  else await api.patch(configMaps, key, { data });
}

test('whatever a server does, the cache is at last what it holds, and handlers are told no nonsense', async () => {
  const random = new SeededRandom(11);
  const clock = fastClock(200);
  const api = new MemoryApi({ clock, random });
  const server = new ChaoticServer(api, random.fork());
  const { client, close } = await loopback(server.handle, { clock, timeoutMs: 150 });
  const log = new MemoryLog();
  const settings = { pageSize: 7, relistMs: 200_000, idleMs: 60_000 };
  const informer = new Informer({ client, resource: configMaps, clock, random, log, settings });
  const told = follow(informer);
  const stop = new AbortController();
  const ended = informer.run(stop.signal);

  const allFired = () => faults.every((fault) => server.fired.has(fault));
  await until(async () => {
    for (let index = 0; index < 5; index += 1) await change(api, random);
    if (random.chance(0.05)) api.compact();
    return allFired();
  });
  server.isHostile = false;
  const wanted = async () => text((await api.list(configMaps)).items);
  await until(async () => text(informer.cache.list()).join() === (await wanted()).join());
  expect(text(told.values())).toEqual(await wanted());
  expect(informer.hasSynced).toBe(true);
  expect(log.facts.filter(({ level }) => level === 'error')).toEqual([]);

  stop.abort();
  await ended;
  await close();
}, 60_000);

test('a server that is gone for a while is followed again when it is back', async () => {
  const random = new SeededRandom(12);
  const clock = fastClock(50);
  const api = new MemoryApi({ clock, random });
  const server = new ChaoticServer(api, random.fork());
  server.isHostile = false;
  const { client, server: http, close } = await loopback(server.handle, { clock });
  const informer = new Informer({
    client,
    resource: configMaps,
    clock,
    random,
    log: new MemoryLog(),
  });
  const stop = new AbortController();
  const ended = informer.run(stop.signal);
  await informer.synced();

  const { port } = http.address() as { port: number };
  http.closeAllConnections();
  await new Promise((resolve) => http.close(resolve));
  await change(api, random);
  await sleep(nodeClock, 200);
  expect(informer.cache.size).toBe(0);
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
  await until(() => Promise.resolve(informer.cache.size === 1));

  stop.abort();
  await ended;
  await close();
}, 20_000);
