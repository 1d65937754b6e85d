import { afterEach, expect, test } from '@jest/globals';
import type { WatchEvent } from '../api/client.ts';
import type { KubeObject } from '../api/object.ts';
import { configMaps, deployments, nodes } from '../api/resources.ts';
import { aStatus, answer, bodyOf, configFor, loopback, type Handle } from './fixtures/loopback.ts';
import { HttpApiClient } from './http-client.ts';
import { noMetrics } from '../core/metrics.ts';
import { fastClock } from './fixtures/loopback.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function aServer(handle: Handle, options: Parameters<typeof loopback>[1] = {}) {
  const world = await loopback(handle, options);
  open.push(world.close);
  return world;
}

const key = { namespace: 'team', name: 'a' };
const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: key };

/** A server that keeps what it is asked, and answers with the object. */
async function aRecorder(path = '') {
  const asked: {
    method: string;
    url: string;
    headers: NodeJS.Dict<string | string[]>;
    body: unknown;
  }[] = [];
  const { client } = await aServer(
    (request, response) => {
      void bodyOf(request).then((text) => {
        const { method = '', url = '', headers } = request;
        asked.push({ method, url, headers, body: text === '' ? undefined : JSON.parse(text) });
        answer(response, 200, object);
      });
    },
    { path },
  );
  return { client, asked };
}

test('each verb has its method, path, query and type', async () => {
  const { client, asked } = await aRecorder();
  await client.get(configMaps, key);
  await client.create(configMaps, object, { fieldManager: 'me' });
  await client.update(configMaps, object, { subresource: 'status' });
  await client.patch(deployments, key, { status: {} }, { subresource: 'status' });
  await client.apply(configMaps, object, { fieldManager: 'me', force: true });
  await client.delete(configMaps, key, { preconditions: { uid: 'u' }, gracePeriodSeconds: 0 });
  await client.evict({ namespace: 'team', name: 'pod' });
  const one = '/api/v1/namespaces/team/configmaps/a';
  expect(asked.map(({ method, url, headers }) => [method, url, headers['content-type']])).toEqual([
    ['GET', one, undefined],
    ['POST', '/api/v1/namespaces/team/configmaps?fieldManager=me', 'application/json'],
    ['PUT', `${one}/status`, 'application/json'],
    ['PATCH', '/apis/apps/v1/namespaces/team/deployments/a/status', 'application/merge-patch+json'],
    ['PATCH', `${one}?fieldManager=me&force=true`, 'application/apply-patch+yaml'],
    ['DELETE', one, 'application/json'],
    ['POST', '/api/v1/namespaces/team/pods/pod/eviction', 'application/json'],
  ]);
  expect(asked[5]?.body).toMatchObject({
    propagationPolicy: 'Background',
    preconditions: { uid: 'u' },
    gracePeriodSeconds: 0,
  });
  expect(asked[0]?.headers).toMatchObject({
    authorization: 'Bearer the-token',
    'user-agent': 'test/1.0',
    accept: 'application/json',
  });
});

test('a server behind a path prefix is asked below it', async () => {
  const { client, asked } = await aRecorder('/k8s/clusters/one/');
  await client.get(configMaps, key);
  expect(asked[0]?.url).toBe('/k8s/clusters/one/api/v1/namespaces/team/configmaps/a');
});

test('what cannot be a path is refused before anything is sent', async () => {
  const { client, asked } = await aRecorder();
  await expect(client.get(configMaps, { name: 'a' })).rejects.toThrow(
    'ConfigMap a: no namespace is given',
  );
  await expect(client.get(configMaps, { ...key, name: '' })).rejects.toThrow('no name is given');
  await expect(client.list(nodes, { namespace: 'team' })).rejects.toThrow(
    'Node objects have no namespace',
  );
  expect(asked).toEqual([]);
});

test('a list fills in what the server leaves out, and hands on where it goes on', async () => {
  const { client } = await aServer((request, response) => {
    expect(request.url).toBe('/api/v1/configmaps?labelSelector=a%3Db%2Cc%21%3Dd&limit=2');
    const metadata = { resourceVersion: '7', continue: 'more' };
    answer(response, 200, { metadata, items: [{ metadata: key, data: { x: '1' } }] });
  });
  const page = await client.list(configMaps, { labelSelector: 'a=b,c!=d', limit: 2 });
  expect(page).toEqual({
    items: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: key, data: { x: '1' } }],
    resourceVersion: '7',
    continue: 'more',
  });
});

test('a refusal is one error with status, reason, message and the faults by field', async () => {
  const causes = [{ reason: 'FieldValueInvalid', message: 'must be positive', field: 'spec.x' }];
  const { client } = await aServer((_request, response) => {
    answer(response, 422, aStatus(422, 'Invalid', { name: 'a', causes }));
  });
  await expect(client.create(configMaps, object)).rejects.toMatchObject({
    name: 'ApiError',
    status: 422,
    reason: 'Invalid',
    causes,
  });
});

test('what is not there is undefined or false; a resource that is not served is an error', async () => {
  let isServed = true;
  const { client } = await aServer((_request, response) => {
    if (isServed) answer(response, 404, aStatus(404, 'NotFound', { name: 'a' }));
    else answer(response, 404, '404 page not found\n');
  });
  expect(await client.get(configMaps, key)).toBeUndefined();
  expect(await client.delete(configMaps, key)).toBe(false);
  expect(await client.evict(key)).toBe(false);
  isServed = false;
  await expect(client.get(configMaps, key)).rejects.toMatchObject({
    status: 404,
    reason: 'UnknownPath',
  });
});

test.each([429, 503])('a %i that asks for a pause is tried again, a few times', async (status) => {
  let calls = 0;
  let refusals = 2;
  const { client, requests } = await aServer((_request, response) => {
    calls += 1;
    if (calls > refusals) answer(response, 200, object);
    else answer(response, status, aStatus(status, 'Busy'), { 'retry-after': '1' });
  });
  expect(await client.get(configMaps, key)).toMatchObject({ metadata: key });
  expect(requests.map(({ code }) => code)).toEqual([String(status), String(status), '200']);
  [calls, refusals] = [0, Infinity];
  await expect(client.get(configMaps, key)).rejects.toMatchObject({ status, retryAfterMs: 1_000 });
  expect(calls).toBe(6);
});

test('without a pause asked for, and for an eviction that a budget refuses, it is not tried again', async () => {
  let calls = 0;
  const { client } = await aServer((request, response) => {
    calls += 1;
    const isEviction = request.url?.endsWith('/eviction') === true;
    answer(
      response,
      429,
      aStatus(429, 'TooManyRequests'),
      isEviction ? { 'retry-after': '1' } : {},
    );
  });
  await expect(client.get(configMaps, key)).rejects.toMatchObject({ status: 429 });
  await expect(client.evict(key)).rejects.toMatchObject({ reason: 'TooManyRequests' });
  expect(calls).toBe(2);
});

test('no answer in time, a cut connection and nobody there are told apart, and counted', async () => {
  const { client, server, requests, close } = await aServer(
    (request, response) => {
      if (request.method === 'DELETE') request.socket.destroy();
      // The head alone, or a part of the body: the rest never comes.
      else if (request.method === 'PUT') response.writeHead(200).write('{"kind":');
    },
    { timeoutMs: 200 },
  );
  await expect(client.get(configMaps, key)).rejects.toMatchObject({ status: 0, reason: 'Timeout' });
  await expect(client.update(configMaps, object)).rejects.toMatchObject({ reason: 'Timeout' });
  await expect(client.delete(configMaps, key)).rejects.toMatchObject({ reason: 'Unreachable' });
  const { port } = server.address() as { port: number };
  await close();
  open.length = 0;
  const config = configFor(`http://127.0.0.1:${port}`);
  const parts = { userAgent: 'x', clock: fastClock(1), metrics: noMetrics };
  const orphan = new HttpApiClient({ ...parts, config });
  await expect(orphan.get(configMaps, key)).rejects.toMatchObject({
    status: 0,
    reason: 'Unreachable',
  });
  expect(requests.map(({ code }) => code)).toEqual(['<error>', '<error>', '<error>']);
});

test('an answer that is no object of its kind is an error that says so', async () => {
  const bodies = ['<html>', '{}', '[]', '{"metadata":{}}'];
  const { client } = await aServer((_request, response) => answer(response, 200, bodies[0] ?? ''));
  for (; bodies.length > 0; bodies.shift()) {
    await expect(client.get(configMaps, key)).rejects.toMatchObject({ reason: 'BadResponse' });
  }
  bodies.push('{"items":[{}],"metadata":{"resourceVersion":"1"}}');
  await expect(client.list(configMaps)).rejects.toMatchObject({ reason: 'BadResponse' });
});

test('an aborted call rejects at once, and its connection is cut', async () => {
  let cut: (() => void) | undefined;
  const wasCut = new Promise<void>((resolve) => (cut = resolve));
  const { client } = await aServer((request) => {
    request.socket.once('close', () => cut?.());
    stop.abort();
  });
  const stop = new AbortController();
  const call = client.get(configMaps, key, { signal: stop.signal });
  await expect(call).rejects.toMatchObject({ status: 0, reason: 'Aborted' });
  await wasCut;
  await expect(client.get(configMaps, key, { signal: stop.signal })).rejects.toMatchObject({
    reason: 'Aborted',
  });
});

test('a watch gives events as they come, until it is aborted, and leaves no connection behind', async () => {
  let closed: (() => void) | undefined;
  const wasClosed = new Promise<void>((resolve) => (closed = resolve));
  const { client } = await aServer((request, response) => {
    expect(request.url).toBe(
      '/api/v1/namespaces/team/configmaps?resourceVersion=5&timeoutSeconds=300&watch=true&allowWatchBookmarks=true',
    );
    response.once('close', () => closed?.());
    const event = {
      type: 'ADDED',
      object: { ...object, metadata: { ...key, resourceVersion: '6' } },
    };
    const bookmark = { type: 'BOOKMARK', object: { metadata: { resourceVersion: '9' } } };
    response.writeHead(200).write(`${JSON.stringify(event)}\n${JSON.stringify(bookmark)}\n`);
  });
  const stop = new AbortController();
  const seen: WatchEvent<KubeObject>[] = [];
  const selection = { namespace: 'team', resourceVersion: '5', timeoutSeconds: 300 };
  for await (const event of client.watch(configMaps, { ...selection, signal: stop.signal })) {
    seen.push(event);
    if (event.type === 'BOOKMARK') stop.abort();
  }
  expect(seen).toEqual([
    { type: 'ADDED', object: { ...object, metadata: { ...key, resourceVersion: '6' } } },
    { type: 'BOOKMARK', resourceVersion: '9' },
  ]);
  await wasClosed;
});

test('connections are used again', async () => {
  const sockets = new Set<unknown>();
  const { client } = await aServer((request, response) => {
    sockets.add(request.socket);
    answer(response, 200, object);
  });
  for (let index = 0; index < 20; index += 1) await client.get(configMaps, key);
  expect(sockets.size).toBe(1);
});
