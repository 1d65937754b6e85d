/** Against the real API server that KUBECONFIG names; in a namespace of its own. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sleep } from '@mapreduce/service';
import { nodeClock, nodeRandom } from '@mapreduce/service/node';
import { MemoryLog } from '@mapreduce/testing';
import { KubeConfig } from '@kubernetes/client-node';
import { ApiError } from '../api/error.ts';
import { ownerReference, type KubeObject } from '../api/object.ts';
import { defineResource } from '../api/resource.ts';
import { configMaps, namespaces, pods } from '../api/resources.ts';
import { aborted } from '../core/abort.ts';
import { done } from '../core/controller.ts';
import { ApiEventRecorder } from '../core/event-recorder.ts';
import { events } from '../core/event.ts';
import { Informer } from '../core/informer.ts';
import { LeaderElector } from '../core/leader-elector.ts';
import { leases } from '../core/lease.ts';
import { Manager } from '../core/manager.ts';
import { noMetrics } from '../core/metrics.ts';
import { writeStatus } from '../core/status-writer.ts';
import { fastClock } from './fixtures/loopback.ts';
import { HttpApiClient } from './http-client.ts';

const config = new KubeConfig();
if (process.env['KUBECONFIG'] === undefined)
  throw new Error('set KUBECONFIG to a cluster for tests');
config.loadFromDefault();
const parts = { clock: nodeClock, metrics: noMetrics };
const client = new HttpApiClient({ ...parts, config, userAgent: 'controller-runtime-test/1' });
const namespace = `controller-runtime-${nodeRandom.hex(6)}`;
const group = `${nodeRandom.hex(6)}.example.com`;
const applied = { fieldManager: 'test', force: true };
const long = { timeout: 60_000 };

interface Widget extends KubeObject {
  readonly spec?: { readonly size?: number; readonly colour?: string };
  readonly status?: { readonly seen?: number; readonly phase?: string };
}
const widgets = defineResource<Widget>({
  group,
  version: 'v1',
  kind: 'Widget',
  plural: 'widgets',
  namespaced: true,
});
const definitions = defineResource({
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
});
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `widgets.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { kind: 'Widget', plural: 'widgets', singular: 'widget' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: { size: { type: 'integer', minimum: 1 }, colour: { type: 'string' } },
              },
              status: {
                type: 'object',
                properties: { seen: { type: 'integer' }, phase: { type: 'string' } },
              },
            },
          },
        },
      },
    ],
  },
};

const aMap = (name: string, data: object = {}, labels?: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace, name, ...(labels && { labels }) },
  data,
});
const aWidget = (name: string, spec: Widget['spec'] = {}): Widget => ({
  apiVersion: `${group}/v1`,
  kind: 'Widget',
  metadata: { namespace, name },
  spec,
});

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await sleep(nodeClock, 50);
}

beforeAll(async () => {
  const made = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  await client.create(namespaces, made);
  await client.create(definitions, definition);
  const isServed = () =>
    client.list(widgets).then(
      () => true,
      () => false,
    );
  await until(isServed);
}, 60_000);

afterAll(async () => {
  await client.delete(definitions, definition.metadata);
  await client.delete(namespaces, { name: namespace });
  client.close();
}, 60_000);

test('objects are made once, read, replaced by version, and deleted under conditions', async () => {
  const key = { namespace, name: 'verbs' };
  expect(await client.get(configMaps, key)).toBeUndefined();
  const first = await client.create(configMaps, aMap('verbs', { x: '1' }));
  await expect(client.create(configMaps, aMap('verbs'))).rejects.toMatchObject({
    reason: 'AlreadyExists',
  });
  const second = await client.update(configMaps, { ...first, data: { x: '2' } });
  await expect(client.update(configMaps, { ...first, data: {} })).rejects.toMatchObject({
    reason: 'Conflict',
  });
  const { resourceVersion } = first.metadata;
  const stale = { metadata: { resourceVersion }, data: { x: '3' } };
  await expect(client.patch(configMaps, key, stale)).rejects.toMatchObject({ reason: 'Conflict' });
  expect(await client.get(configMaps, key)).toMatchObject({ data: { x: '2' } });
  const wrong = { preconditions: { uid: 'another' } };
  await expect(client.delete(configMaps, key, wrong)).rejects.toMatchObject({ reason: 'Conflict' });
  const { uid = '' } = second.metadata;
  expect(await client.delete(configMaps, key, { preconditions: { uid } })).toBe(true);
  expect(await client.delete(configMaps, key)).toBe(false);
});

test('what an apply no longer names is removed; others keep their fields, or lose them by force', async () => {
  const key = { namespace, name: 'applied' };
  await client.apply(configMaps, aMap('applied', { a: '1', b: '1' }), applied);
  await client.apply(configMaps, aMap('applied', { c: '1' }), { fieldManager: 'other' });
  await client.apply(configMaps, aMap('applied', { a: '2' }), applied);
  expect(await client.get(configMaps, key)).toMatchObject({ data: { a: '2', c: '1' } });
  const theirs = aMap('applied', { a: '3', c: '1' });
  const refused = client.apply(configMaps, theirs, { fieldManager: 'other' });
  await expect(refused).rejects.toMatchObject({ status: 409, reason: 'Conflict' });
  const taken = await client.apply(configMaps, theirs, { fieldManager: 'other', force: true });
  expect(taken).toMatchObject({ data: { a: '3', c: '1' } });
});

test('a refusal names each faulty field; what is not served, or not allowed, says so', async () => {
  const bad = aWidget('bad', { size: 0, colour: 7 as unknown as string });
  const refusal = client.create(widgets, bad);
  await expect(refusal).rejects.toMatchObject({ status: 422, reason: 'Invalid' });
  const error: unknown = await refusal.catch((thrown: unknown) => thrown);
  const causes = error instanceof ApiError ? error.causes : [];
  expect(causes.map(({ field }) => field).sort()).toEqual(['spec.colour', 'spec.size']);
  const unknown = defineResource({
    group,
    version: 'v9',
    kind: 'W',
    plural: 'ws',
    namespaced: true,
  });
  await expect(client.list(unknown)).rejects.toMatchObject({ status: 404, reason: 'UnknownPath' });
  const stranger = new KubeConfig();
  const { clusters, contexts, currentContext } = config;
  const users = [{ name: config.getCurrentUser()?.name, token: 'no' }];
  stranger.loadFromOptions({ clusters, contexts, currentContext, users });
  const outside = new HttpApiClient({ ...parts, config: stranger, userAgent: 'stranger/1' });
  await expect(outside.list(configMaps)).rejects.toMatchObject({
    status: 401,
    reason: 'Unauthorized',
  });
  outside.close();
});

test('a status is written apart from the spec, by difference, over what others wrote meanwhile', async () => {
  const widget = await client.create(widgets, aWidget('status', { size: 1 }));
  const first = await writeStatus(client, widgets, widget, () => ({ seen: 1, phase: 'New' }));
  expect(first).toMatchObject({ spec: { size: 1 }, status: { seen: 1, phase: 'New' } });
  await client.patch(widgets, widget.metadata, { spec: { size: 5 } });
  const second = await writeStatus(client, widgets, first ?? widget, ({ spec }) => ({
    seen: spec?.size,
  }));
  expect(second?.status).toEqual({ seen: 5 });
  await client.delete(widgets, widget.metadata);
  expect(await writeStatus(client, widgets, widget, () => ({ seen: 2 }))).toBeUndefined();
  await client.create(widgets, aWidget('status'));
  expect(await writeStatus(client, widgets, widget, () => ({ seen: 3 }))).toBeUndefined();
  expect((await client.get(widgets, widget.metadata))?.status).toBeUndefined();
});

test(
  'an informer lists in pages, follows a selection, and goes on when the server ends its watches',
  async () => {
    for (let index = 0; index < 5; index += 1) {
      await client.create(configMaps, aMap(`followed-${index}`, {}, { is: 'followed' }));
    }
    const log = new MemoryLog();
    const informer = new Informer({
      ...{ client, resource: configMaps, clock: nodeClock, random: nodeRandom, log },
      namespaces: [namespace],
      labelSelector: 'is=followed',
      settings: { pageSize: 2, watchMs: 500, relistMs: 3_600_000 },
    });
    const stop = new AbortController();
    const ended = informer.run(stop.signal);
    await informer.synced();
    expect(informer.cache.size).toBe(5);
    // Several watches long.
    for (let round = 0; round < 8; round += 1) {
      await client.patch(
        configMaps,
        { namespace, name: 'followed-1' },
        { data: { round: `${round}` } },
      );
      await sleep(nodeClock, 400);
    }
    const key = { namespace, name: 'followed-1' };
    await until(() => (informer.cache.get(key)?.['data'] as { round?: string }).round === '7');
    expect(informer.cache.get(key)?.metadata).not.toHaveProperty('managedFields');
    // It leaves the selection, another is deleted.
    await client.patch(configMaps, key, { metadata: { labels: { is: 'left' } } });
    await client.delete(configMaps, { namespace, name: 'followed-2' });
    await until(() => informer.cache.size === 3);
    expect(log.facts).toEqual([]);
    stop.abort();
    await ended;
  },
  long.timeout,
);

test(
  'of two processes one leads; the lease is taken over when it is given up, and when it runs out',
  async () => {
    const settings = { leaseMs: 2_000, renewDeadlineMs: 1_500, retryMs: 200 };
    const leaders: string[] = [];
    const start = (identity: string) => {
      const own = new HttpApiClient({ ...parts, config, userAgent: identity, timeoutMs: 500 });
      const log = new MemoryLog();
      const elector = new LeaderElector({
        ...{ ...parts, client: own, log, settings, identity, namespace, name: 'election' },
      });
      const stop = new AbortController();
      const end = elector.run(stop.signal, async (signal) => {
        leaders.push(identity);
        await aborted(signal);
      });
      return { own, stop, end };
    };
    const a = start('a');
    await until(() => leaders.length === 1);
    const b = start('b');
    await sleep(nodeClock, 1_000);
    expect(leaders).toEqual(['a']);
    a.stop.abort();
    expect(await a.end).toBe('stopped');
    await until(() => leaders.length === 2);
    const found = await client.get(leases, { namespace, name: 'election' });
    expect(found?.spec).toMatchObject({
      holderIdentity: 'b',
      leaseTransitions: 1,
      leaseDurationSeconds: 2,
    });
    expect(found?.spec?.renewTime).toMatch(/\.[0-9]{6}Z$/);
    // Somebody takes it from b by force.
    const spec = { ...found?.spec, holderIdentity: 'c' };
    await client.patch(leases, { namespace, name: 'election' }, { spec });
    expect(await b.end).toBe('lost');
    const d = start('d');
    await until(() => leaders.length === 3);
    d.stop.abort();
    expect([await d.end, leaders]).toEqual(['stopped', ['a', 'b', 'd']]);
    for (const { own } of [a, b, d]) own.close();
  },
  long.timeout,
);

test(
  'events are taken by the server, and their count as a series',
  async () => {
    const widget = await client.create(widgets, aWidget('told'));
    const log = new MemoryLog();
    const recorder = new ApiEventRecorder({
      ...{ client, log, random: nodeRandom, controller: `${group}/test`, instance: 'test-0' },
      clock: { ...fastClock(100), wall: () => nodeClock.wall() },
    });
    const facts = {
      type: 'Warning',
      reason: 'FailedToPaint',
      action: 'Paint',
      note: 'no é',
    } as const;
    for (let index = 0; index < 3; index += 1) recorder.record(widget, facts);
    const found = async () => (await client.list(events, { namespace })).items[0];
    await until(async () => (await found())?.series?.count === 3);
    expect(await found()).toMatchObject({ ...facts, regarding: { kind: 'Widget', name: 'told' } });
    expect(log.facts).toEqual([]);
  },
  long.timeout,
);

test('an eviction deletes a pod', async () => {
  const account = defineResource({
    group: '',
    version: 'v1',
    kind: 'ServiceAccount',
    plural: 'serviceaccounts',
    namespaced: true,
  });
  const head = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { namespace, name: 'default' },
  };
  await client.apply(account, head, applied);
  const key = { namespace, name: 'evicted' };
  const spec = { containers: [{ name: 'a', image: 'a' }], nodeSelector: { is: 'nowhere' } };
  await client.create(pods, { apiVersion: 'v1', kind: 'Pod', metadata: key, spec });
  expect(await client.evict(key)).toBe(true);
  await until(async () => (await client.get(pods, key)) === undefined);
  expect(await client.evict(key)).toBe(false);
});

test(
  'a controller makes what its objects ask for, and makes it again when somebody deletes it',
  async () => {
    const manager = new Manager({ ...parts, client, random: nodeRandom, log: new MemoryLog() });
    const selection = { namespaces: [namespace] };
    const widgetInformer = manager.informer(widgets, selection);
    const mapInformer = manager.informer(configMaps, selection);
    const reconcile = async (key: { name: string }) => {
      const widget = widgetInformer.cache.get({ namespace, ...key });
      if (widget?.spec?.colour === undefined) return done;
      const map = aMap(`colour-${key.name}`, { colour: widget.spec.colour });
      const metadata = { ...map.metadata, ownerReferences: [ownerReference(widget)] };
      await client.apply(configMaps, { ...map, metadata }, applied);
      await writeStatus(client, widgets, widget, () => ({ phase: 'Painted' }));
      return done;
    };
    manager.controller('widgets', reconcile).watches(widgetInformer).owns(mapInformer, widgets);
    const stop = new AbortController();
    const ended = manager.run(stop.signal);
    const names = Array.from({ length: 20 }, (_, index) => `painted-${index}`);
    await Promise.all(
      names.map((name) => client.create(widgets, aWidget(name, { colour: 'red' }))),
    );
    const colourOf = async (name: string) =>
      (
        (await client.get(configMaps, { namespace, name: `colour-${name}` }))?.['data'] as
          { colour: string } | undefined
      )?.colour;
    const all = async (colour: string) =>
      (await Promise.all(names.map(colourOf))).every((found) => found === colour);
    await until(() => all('red'));
    await client.patch(widgets, { namespace, name: 'painted-3' }, { spec: { colour: 'blue' } });
    await client.delete(configMaps, { namespace, name: 'colour-painted-4' });
    await until(
      async () =>
        (await colourOf('painted-3')) === 'blue' && (await colourOf('painted-4')) === 'red',
    );
    await until(
      () =>
        widgetInformer.cache.list().filter(({ status }) => status?.phase === 'Painted').length ===
        20,
    );
    stop.abort();
    expect(await ended).toBe('stopped');
  },
  long.timeout,
);
