import { describe, expect, it } from '@jest/globals';
import {
  ApiError,
  noMetrics,
  pods,
  secrets,
  type ApiClient,
  type KubeObject,
} from '@mapreduce/controller-runtime';
import { interceptedClient, MemoryApi } from '@mapreduce/controller-runtime/virtual';
import { apiVersion, jobLabels, kind, type JobResourceStatus } from '@mapreduce/protocol/resource';
import { SeededRandom, VirtualClock } from '@mapreduce/service/virtual';
import { MemoryLog } from '@mapreduce/testing';
import { isTerminal } from '../plan.ts';
import { settings } from '../testing/builders.ts';
import { PretendedCluster } from '../testing/pretended-cluster.ts';
import { childResources, mapReduceJobs, resourceOf } from './caches.ts';
import { Operator } from './operator.ts';

const key = { namespace: 'team', name: 'count' };

const unclear = new ApiError({ status: 500, reason: 'InternalError', message: 'timed out' });

/** A cluster with one job, an operator that can be killed, and a watch over what must always hold. */
class World {
  readonly clock = new VirtualClock();
  readonly random: SeededRandom;
  readonly api: MemoryApi;
  readonly log = new MemoryLog();
  /** The kind of which the API server fails to make any. */
  failing: string | undefined;
  readonly #stop = new AbortController();
  #operator = new AbortController();
  #generation = 0;
  #ended: string | undefined;

  /** `work`: looks at its coordinator that the job takes, where that is not a usual one. */
  constructor(seed: number, work?: number) {
    this.random = new SeededRandom(seed);
    this.api = new MemoryApi({ clock: this.clock, random: this.random.fork() });
    this.cluster = new PretendedCluster(this.api, this.clock, this.random.fork(), work);
    this.cluster.run(this.#stop.signal);
    this.startOperator();
  }
  readonly cluster: PretendedCluster;

  /** The API server, which may have made what it says to have failed to. */
  #client(): ApiClient {
    const { api, random } = this;
    const create: ApiClient['create'] = async (resource, object) => {
      const fails = object.kind === this.failing;
      if (fails && random.chance(0.7)) throw unclear;
      const created = await api.create(resource, object);
      if (fails) throw unclear;
      return created;
    };
    return { ...interceptedClient(api, () => Promise.resolve()), create };
  }

  startOperator(client: ApiClient = this.#client()): void {
    this.#operator = new AbortController();
    const operator = new Operator({
      client,
      namespaces: ['team'],
      concurrency: 2,
      settings,
      connect: this.cluster.connect,
      events: { record: () => undefined },
      metrics: () => ({ finished: () => undefined }),
      runtimeMetrics: noMetrics,
      clock: this.clock,
      random: this.random.fork(),
      log: this.log,
    });
    void operator.run(this.#operator.signal);
  }

  killOperator(): void {
    this.#operator.abort();
  }

  async end(): Promise<void> {
    this.killOperator();
    this.#stop.abort();
    await this.clock.advance(1_000);
  }

  async apply(spec: object = {}): Promise<void> {
    const least = { program: { builtin: { name: 'wordcount' } }, inputs: [{ sample: {} }] };
    const job = { apiVersion, kind, metadata: key, spec: { ...least, ...spec } };
    await this.api.create(mapReduceJobs, job);
  }

  async status(): Promise<JobResourceStatus> {
    const job = await this.api.get(mapReduceJobs, key);
    return job?.['status'] ?? {};
  }

  async coordinators(): Promise<readonly KubeObject[]> {
    const { items } = await this.api.list(pods, { labelSelector: `${jobLabels.role}=coordinator` });
    return items;
  }

  async #check(): Promise<void> {
    const status = await this.status();
    const { generation = 0 } = status.coordinator ?? {};
    expect(generation).toBeGreaterThanOrEqual(this.#generation);
    this.#generation = generation;
    const all = await this.coordinators();
    const of = (pod: KubeObject) => Number(pod.metadata.labels?.[jobLabels.generation]);
    for (const pod of all) expect(of(pod)).toBeLessThanOrEqual(generation);
    // Nodes answer here, so an old one is waited for.
    expect(all.length).toBeLessThanOrEqual(1);
    const attempts = new Set(
      (await this.api.list(pods)).items.map(({ metadata }) => metadata.labels?.[jobLabels.attempt]),
    );
    expect(attempts.size).toBeLessThanOrEqual(1);
    if (this.#ended !== undefined) expect(status.phase).toBe(this.#ended);
    if (isTerminal({ status })) this.#ended = status.phase;
  }

  /** Lets time pass, and looks whether all holds on the way. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 250) {
      await this.clock.advance(250);
      await this.#check();
    }
  }

  async settleUntil(phase: string): Promise<void> {
    for (let waited = 0; waited < 600; waited += 1) {
      if ((await this.status()).phase === phase) return;
      await this.pass(1_000);
    }
    throw new Error(`never ${phase}: ${JSON.stringify(await this.status())}`);
  }

  async left(): Promise<string[]> {
    const kinds = [...childResources, secrets];
    const lists = await Promise.all(kinds.map((resource) => this.api.list(resource)));
    return lists.flatMap(({ items }) => items.map((item) => `${item.kind} ${item.metadata.name}`));
  }
}

function oneOf<T>(random: SeededRandom, all: readonly [T, ...T[]]): T {
  return all[random.integer(0, all.length - 1)] ?? all[0];
}

async function evictOne({ api }: World, role: 'coordinator' | 'worker'): Promise<void> {
  const { items } = await api.list(pods, { labelSelector: `${jobLabels.role}=${role}` });
  const [pod] = items;
  if (pod !== undefined) await api.evict({ namespace: 'team', name: pod.metadata.name });
}

/** Something that goes wrong, or that a user asks for. */
async function disturb(world: World): Promise<void> {
  const { random, api } = world;
  const what = oneOf(random, [
    'coordinator',
    'worker',
    'operator',
    'watches',
    'failures',
    'scale',
    'suspend',
  ] as const);
  switch (what) {
    case 'coordinator':
    case 'worker':
      await evictOne(world, what);
      break;
    case 'operator':
      world.killOperator();
      await world.pass(random.integer(0, 5) * 1_000);
      world.startOperator();
      break;
    case 'watches':
      api.compact();
      api.endWatches();
      break;
    case 'failures':
      world.failing = oneOf(random, ['Pod', 'Deployment', 'Service', 'Secret', 'ConfigMap']);
      await evictOne(world, oneOf(random, ['coordinator', 'worker']));
      await world.pass(random.integer(0, 20) * 1_000);
      world.failing = undefined;
      break;
    case 'scale': {
      const replicas = random.integer(1, 4);
      await api.patch(mapReduceJobs, key, { spec: { workers: { replicas } } });
      break;
    }
    case 'suspend':
      await api.patch(mapReduceJobs, key, { spec: { suspend: true } });
      await world.pass(random.integer(0, 8) * 1_000);
      await api.patch(mapReduceJobs, key, { spec: { suspend: false } });
  }
}

describe('the operator', () => {
  it('brings a job to its end, and its workers away', async () => {
    const world = new World(1);
    await world.apply();
    await world.settleUntil('Succeeded');
    await world.pass(5_000);
    expect(await world.left()).toEqual([
      'Pod count-coordinator-1',
      'Service count-coordinator',
      'NetworkPolicy count',
      expect.stringMatching(/^Secret count-tokens-/),
    ]);
    await world.end();
  });

  it.each(Array.from({ length: 15 }, (_, index) => index + 1))(
    'comes to the end of a job whatever comes between, and leaves nothing of it (seed %i)',
    async (seed) => {
      const world = new World(seed);
      await world.apply({ workers: { replicas: 2, graceSeconds: 2 } });
      for (let times = world.random.integer(2, 6); times > 0; times -= 1) {
        await world.pass(world.random.integer(0, 16) * 250);
        await disturb(world);
      }
      await world.settleUntil('Succeeded');
      // All of that is replaced in the same attempt.
      expect(await world.status()).toMatchObject({ attempt: 0, retries: 0 });
      await world.api.delete(mapReduceJobs, key);
      await world.clock.advance(20_000);
      expect(await world.left()).toEqual([]);
      await world.end();
    },
  );

  it('follows a coordinator to another address, as after a restart of its node', async () => {
    const world = new World(1);
    await world.apply();
    await world.settleUntil('Running');
    const [pod] = await world.coordinators();
    const podKey = { namespace: 'team', name: pod?.metadata.name ?? '' };
    const status = { podIP: '10.9.9.9' };
    await world.api.patch(pods, podKey, { status }, { subresource: 'status' });
    await world.pass(60_000);
    expect(await world.status()).toMatchObject({ phase: 'Succeeded', attempt: 0 });
    await world.end();
  });

  it('costs a long job no attempt by starting again, however long its coordinator has run', async () => {
    const world = new World(1, Infinity);
    await world.apply();
    await world.settleUntil('Running');
    world.killOperator();
    await world.clock.advance(660_000);
    world.startOperator();
    await world.pass(20_000);
    const { phase, attempt, retries, coordinator } = await world.status();
    expect({ phase, attempt, retries }).toEqual({ phase: 'Running', attempt: 0, retries: 0 });
    expect(coordinator?.generation).toBe(1);
    await world.end();
  });

  it('finds a job running whose first task began while no operator was there for a quarter of an hour', async () => {
    const world = new World(1);
    await world.apply();
    while ((await world.coordinators()).length === 0) await world.clock.advance(10);
    world.killOperator();
    await world.clock.advance(900_000);
    expect(await world.status()).toMatchObject({ phase: 'Starting' });
    world.startOperator();
    await world.settleUntil('Succeeded');
    expect(await world.status()).toMatchObject({ attempt: 0, retries: 0 });
    await world.end();
  });

  it('asks and says nothing about jobs that have ended when it starts', async () => {
    const world = new World(1);
    await world.apply();
    await world.settleUntil('Succeeded');
    await world.pass(10_000);
    world.killOperator();
    const asked = new Set<string>();
    const client = interceptedClient(world.api, (verb) => {
      asked.add(verb);
      return Promise.resolve();
    });
    world.startOperator(client);
    await world.pass(10_000);
    expect([...asked].sort()).toEqual(['list', 'watch']);
    await world.end();
  });

  it('never makes two coordinators of one generation, wherever it dies', async () => {
    const world = new World(1);
    world.killOperator();
    const { api } = world;
    const made: string[] = [];
    // It dies with the answer under way, and the pod is deleted from a node that may be cut off.
    const create: ApiClient['create'] = async (resource, object) => {
      const created = await api.create(resource, object);
      const { name, labels } = created.metadata;
      if (object.kind !== 'Pod' || labels?.[jobLabels.role] !== 'coordinator') return created;
      made.push(name);
      if (made.length > 3) return created;
      world.killOperator();
      await api.delete(pods, { ...key, name }, { gracePeriodSeconds: 0 });
      throw new ApiError({ status: 0, reason: 'Unreachable', message: 'no answer' });
    };
    await world.apply();
    for (let life = 0; life < 4; life += 1) {
      world.startOperator({ ...interceptedClient(api, () => Promise.resolve()), create });
      await world.pass(5_000);
    }
    expect(made).toEqual([1, 2, 3, 4].map((generation) => `count-coordinator-${generation}`));
    await world.end();
  });

  it('sends the pod of a generation again only if it was surely not taken', async () => {
    for (const [status, reason, expected] of [
      [500, 'InternalError', 'count-coordinator-2'],
      [403, 'Forbidden', 'count-coordinator-1'],
    ] as const) {
      const world = new World(1);
      world.killOperator();
      const { api } = world;
      let refused = false;
      const create: ApiClient['create'] = (resource, object) => {
        const isFirst = object.kind === 'Pod' && !refused;
        if (!isFirst) return api.create(resource, object);
        refused = true;
        return Promise.reject(new ApiError({ status, reason, message: 'no' }));
      };
      await world.apply();
      world.startOperator({ ...interceptedClient(api, () => Promise.resolve()), create });
      await world.pass(15_000);
      expect((await world.coordinators()).map(({ metadata }) => metadata.name)).toEqual([expected]);
      await world.end();
    }
  });

  it('hears the end of a job of which something cannot be made', async () => {
    const world = new World(1);
    const { api } = world;
    const budgets = resourceOf('PodDisruptionBudget');
    await world.apply();
    while ((await world.coordinators()).length === 0) await world.clock.advance(10);
    world.killOperator();
    expect(await api.delete(budgets, { namespace: 'team', name: 'count-worker' })).toBe(true);
    const create: ApiClient['create'] = (resource, object) =>
      object.kind === budgets.kind
        ? Promise.reject(new ApiError({ status: 0, reason: 'Timeout', message: 'no answer' }))
        : api.create(resource, object);
    world.startOperator({ ...interceptedClient(api, () => Promise.resolve()), create });
    await world.settleUntil('Succeeded');
    expect(await world.status()).toMatchObject({ attempt: 0, retries: 0 });
    await world.end();
  });

  it('says why its pods cannot be made, as by a webhook that fails, and raises few generations meanwhile', async () => {
    const world = new World(1);
    world.killOperator();
    const { api } = world;
    const message = 'failed calling webhook "guard": context deadline exceeded';
    const create: ApiClient['create'] = (resource, object) =>
      object.kind === 'Pod'
        ? Promise.reject(new ApiError({ status: 500, reason: 'InternalError', message }))
        : api.create(resource, object);
    await world.apply({ preRunningDeadlineSeconds: 300 });
    world.startOperator({ ...interceptedClient(api, () => Promise.resolve()), create });
    await world.pass(5_000);
    for (let looks = 0; looks < 28; looks += 1) {
      const { conditions } = await world.status();
      const degraded = conditions?.find(({ type }) => type === 'Degraded');
      expect(degraded).toMatchObject({ status: 'True', reason: 'FailedCreate' });
      expect(degraded?.message).toContain(message);
      await world.pass(10_000);
    }
    await world.settleUntil('Failed');
    const { conditions, coordinator } = await world.status();
    const failed = conditions?.find(({ type }) => type === 'Failed');
    expect(failed?.reason).toBe('PreRunningDeadlineExceeded');
    expect(failed?.message).toContain(message);
    expect(coordinator?.generation).toBeLessThan(10);
    await world.end();
  });

  it('tries what a quota refuses less and less often, which is no error of its own', async () => {
    const world = new World(1);
    world.killOperator();
    const { api } = world;
    let [tries, isFull] = [0, true];
    const create: ApiClient['create'] = (resource, object) => {
      if (object.kind !== 'Pod' || !isFull) return api.create(resource, object);
      tries += 1;
      const message = 'pods "count-coordinator-1" is forbidden: exceeded quota: pods';
      return Promise.reject(new ApiError({ status: 403, reason: 'Forbidden', message }));
    };
    await world.apply();
    world.startOperator({ ...interceptedClient(api, () => Promise.resolve()), create });
    await world.pass(300_000);
    expect(tries).toBeGreaterThan(5);
    expect(tries).toBeLessThan(20);
    expect((await world.status()).conditions).toContainEqual(
      expect.objectContaining({ type: 'Degraded', status: 'True', reason: 'ExceededQuota' }),
    );
    isFull = false;
    await world.settleUntil('Succeeded');
    expect(world.log.facts.filter(({ fact }) => fact === 'reconcile failed')).toEqual([]);
    await world.end();
  });

  it('goes on with a job that somebody else has written, though its watch is dead and tells it of nothing', async () => {
    const world = new World(1, Infinity);
    await world.apply();
    await world.settleUntil('Running');
    world.killOperator();
    const { api } = world;
    let patches = 0;
    world.startOperator({
      ...interceptedClient(api, () => Promise.resolve()),
      watch: (resource, options) =>
        api.watch(resource, resource.kind === kind ? { ...options, namespace: 'dead' } : options),
      patch: (resource, ...call) => {
        if (resource.kind === kind) patches += 1;
        return api.patch(resource, ...call);
      },
    });
    await world.pass(5_000);
    patches = 0;
    await api.patch(mapReduceJobs, key, { metadata: { labels: { team: 'blue' } } });
    await api.evict({ ...key, name: 'count-coordinator-1' });
    await world.pass(15_000);
    expect((await world.status()).coordinator).toMatchObject({ pod: 'count-coordinator-2' });
    expect(patches).toBeLessThan(30);
    await world.end();
  });

  it('ends no pod of a job that its cache does not show yet', async () => {
    const world = new World(1);
    await world.apply();
    await world.settleUntil('Running');
    world.killOperator();
    const { api } = world;
    const uids = async () => (await api.list(pods)).items.map(({ metadata }) => metadata.uid);
    const before = await uids();
    expect(before).toHaveLength(3);
    const where = ({ kind: shown }: { readonly kind: string }) =>
      shown === kind ? { namespace: 'late' } : {};
    world.startOperator({
      ...interceptedClient(api, () => Promise.resolve()),
      list: (resource, options) => api.list(resource, { ...options, ...where(resource) }),
      watch: (resource, options) => api.watch(resource, { ...options, ...where(resource) }),
    });
    await world.pass(5_000);
    expect(await uids()).toEqual(before);
    await world.end();
  });
});
