import { expect, test } from '@jest/globals';
import { SeededRandom, VirtualClock } from '@mapreduce/service/virtual';
import type { ApiClient } from '../api/client.ts';
import type { KubeObject } from '../api/object.ts';
import { deployments } from '../api/resources.ts';
import { MemoryApi } from '../virtual/memory-api.ts';
import { writeStatus } from './status-writer.ts';

interface Deployment extends KubeObject {
  readonly status?: { readonly phase?: string; readonly count?: number };
}

const key = { namespace: 'team', name: 'web' };
const plain = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: key, spec: { replicas: 1 } };

async function aWorld() {
  const api = new MemoryApi({ clock: new VirtualClock(), random: new SeededRandom(1) });
  const patches: object[] = [];
  const client: ApiClient = Object.assign(Object.create(api) as ApiClient, {
    get: api.get.bind(api),
    patch: (...call: Parameters<ApiClient['patch']>) => {
      patches.push(call[2]);
      return api.patch(...call);
    },
  });
  const object = (await api.create(deployments, plain)) as Deployment;
  const write = (from: Deployment, statusOf: (current: Deployment) => object) =>
    writeStatus<Deployment>(client, deployments, from, statusOf);
  return { api, patches, object, write };
}

test('only what differs is written, and nothing where nothing does', async () => {
  const { patches, object, write } = await aWorld();
  const first = await write(object, () => ({ phase: 'Running', count: 1 }));
  expect(first?.status).toEqual({ phase: 'Running', count: 1 });
  const second = await write(first ?? object, ({ status }) => ({ ...status, count: 2 }));
  expect(second?.status).toEqual({ phase: 'Running', count: 2 });
  expect(patches[1]).toMatchObject({ status: { count: 2 } });
  expect(patches[1]).not.toHaveProperty('status.phase');
  expect(await write(second ?? object, ({ status }) => ({ ...status }))).toBe(second);
  expect(patches).toHaveLength(2);
});

test('what somebody else wrote meanwhile is read, and the status made anew of it', async () => {
  const { api, object, write } = await aWorld();
  await api.patch(deployments, key, { spec: { replicas: 7 } });
  const written = await write(object, (current) => ({
    count: (current['spec'] as { replicas: number }).replicas,
  }));
  expect(written?.status).toEqual({ count: 7 });
});

test('an object that is gone, or another of its name, gets no status', async () => {
  const { api, object, write } = await aWorld();
  await api.delete(deployments, key);
  await expect(write(object, () => ({ count: 1 }))).resolves.toBeUndefined();
  await api.create(deployments, plain);
  await expect(write(object, () => ({ count: 1 }))).resolves.toBeUndefined();
  expect(await api.get(deployments, key)).not.toHaveProperty('status');
});

test('after five conflicts it gives up with the conflict', async () => {
  const { api, patches, object, write } = await aWorld();
  let replicas = 1;
  const meddle = () => {
    void api.patch(deployments, key, { spec: { replicas: (replicas += 1) } });
    return { count: replicas };
  };
  await expect(write(object, meddle)).rejects.toMatchObject({ reason: 'Conflict' });
  expect(patches).toHaveLength(5);
});
