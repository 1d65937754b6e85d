import { expect, test } from '@jest/globals';
import { sleep } from '@mapreduce/service';
import { SeededRandom, VirtualClock } from '@mapreduce/service/virtual';
import { MemoryLog } from '@mapreduce/testing';
import { ApiError } from '../api/error.ts';
import { formatKey, ownerReference, type KubeObject } from '../api/object.ts';
import { configMaps, deployments, pods } from '../api/resources.ts';
import { MemoryApi } from '../virtual/memory-api.ts';
import {
  Controller,
  done,
  requeueAfter,
  type ControllerSettings,
  type Reconcile,
} from './controller.ts';
import { Informer } from './informer.ts';
import { noMetrics, type RuntimeMetrics } from './metrics.ts';

function aController(reconcile: Reconcile, settings: Partial<ControllerSettings> = {}) {
  const clock = new VirtualClock();
  const log = new MemoryLog();
  const outcomes: string[] = [];
  const metrics: RuntimeMetrics = {
    ...noMetrics,
    controller: () => ({
      reconciled: (outcome) => outcomes.push(outcome),
      workers: () => undefined,
    }),
  };
  const random = new SeededRandom(5);
  const controller = new Controller({
    name: 'test',
    reconcile,
    clock,
    random,
    log,
    metrics,
    settings,
  });
  const stop = new AbortController();
  let hasEnded = false;
  const ended = controller.run(stop.signal).then(() => (hasEnded = true));
  const end = async () => {
    stop.abort();
    await clock.advance(10_000);
    expect(hasEnded).toBe(true);
    await ended;
  };
  return { clock, log, controller, outcomes, stop, hasEnded: () => hasEnded, end };
}

const key = (name: string) => ({ namespace: 'team', name });

test('as many keys are reconciled at once as there are workers, none of them twice', async () => {
  let active = 0;
  let most = 0;
  const running = new Set<string>();
  const { clock, controller, end } = aController(
    async ({ name }) => {
      expect(running.has(name)).toBe(false);
      running.add(name);
      most = Math.max(most, (active += 1));
      controller.enqueue(key(name === 'k0' ? 'k1' : name));
      await sleep(clock, 100);
      active -= 1;
      running.delete(name);
      return done;
    },
    { workers: 3 },
  );
  for (let index = 0; index < 10; index += 1) controller.enqueue(key(`k${index}`));
  await clock.advance(1_000);
  expect(most).toBe(3);
  await end();
});

test('what fails comes back ever later while others go on; once it does well it is forgotten', async () => {
  const at: number[] = [];
  let failures = 5;
  const { clock, controller, outcomes, log, end } = aController(
    async ({ name }) => {
      await Promise.resolve();
      if (name === 'good') return done;
      at.push(clock.now());
      if ((failures -= 1) < 0) return done;
      throw new Error('not yet');
    },
    { workers: 1, backoff: { baseMs: 1_000, maxMs: 60_000 } },
  );
  controller.enqueue(key('bad'));
  await clock.advance(0);
  controller.enqueue(key('good'));
  await clock.advance(0);
  expect(outcomes).toEqual(['error', 'success']);
  await clock.advance(120_000);
  expect(outcomes).toEqual(['error', 'success', 'error', 'error', 'error', 'error', 'success']);
  const pauses = at.slice(1).map((moment, index) => moment - (at[index] ?? 0));
  for (const [index, pause] of pauses.entries()) {
    expect(pause).toBeGreaterThanOrEqual(500 * 2 ** index);
    expect(pause).toBeLessThanOrEqual(1_000 * 2 ** index);
  }
  expect(controller.queue.failures('team/bad')).toBe(0);
  expect(log.facts[0]).toMatchObject({
    level: 'warn',
    fields: { key: 'team/bad', error: 'not yet' },
  });
  await end();
});

test('a conflict is looked at again, and is no error', async () => {
  let tries = 0;
  const { clock, controller, outcomes, log, end } = aController(async () => {
    await Promise.resolve();
    if ((tries += 1) > 1) return done;
    throw new ApiError({ status: 409, reason: 'Conflict', message: 'modified' });
  });
  controller.enqueue(key('a'));
  await clock.advance(1_000);
  expect(outcomes).toEqual(['requeue', 'success']);
  expect(log.facts.map(({ level }) => level)).toEqual(['debug']);
  await end();
});

test('a key is looked at again when its reconcile said so, unless it was before', async () => {
  const at: number[] = [];
  const { clock, controller, end } = aController(async () => {
    await Promise.resolve();
    at.push(clock.now());
    return at.length < 3 ? requeueAfter(10_000) : done;
  });
  controller.enqueue(key('a'));
  await clock.advance(4_000);
  controller.enqueue(key('a'));
  await clock.advance(60_000);
  expect(at).toEqual([0, 4_000, 14_000]);
  await end();
});

test('a reconcile that takes too long is told to end and counts as failed', async () => {
  const reasons: boolean[] = [];
  const { clock, controller, outcomes, log, end } = aController(
    async (_key, signal) => {
      await sleep(clock, 500_000, signal);
      reasons.push(signal.aborted);
      return done;
    },
    { reconcileTimeoutMs: 60_000, backoff: { baseMs: 1_000_000, maxMs: 1_000_000 } },
  );
  controller.enqueue(key('slow'));
  await clock.advance(60_000);
  expect([reasons, outcomes]).toEqual([[true], ['error']]);
  expect(log.facts[0]?.fields?.['error']).toBe('the reconcile took longer than 60000 ms');
  await end();
});

test('at the end reconciles under way have their grace, are told to end, and hold up nobody who does not', async () => {
  const told: Record<string, number> = {};
  const { clock, controller, stop, hasEnded } = aController(
    async ({ name }, signal) => {
      if (name === 'quick') await sleep(clock, 2_000);
      if (name === 'heeds') await sleep(clock, 60_000, signal);
      if (name === 'deaf') await sleep(clock, 60_000);
      told[name] = clock.now();
      return done;
    },
    { graceMs: 5_000 },
  );
  for (const name of ['quick', 'heeds', 'deaf']) controller.enqueue(key(name));
  await clock.advance(0);
  stop.abort();
  controller.enqueue(key('late'));
  await clock.advance(5_000);
  expect([told, hasEnded()]).toEqual([{ quick: 2_000, heeds: 5_000 }, false]);
  await clock.advance(1_000);
  expect(hasEnded()).toBe(true);
});

test('an object leads to its own key, to that of its controller, or wherever a function says', async () => {
  const seen: string[] = [];
  const { clock, controller, log, end } = aController(async (found) => {
    await Promise.resolve();
    seen.push(formatKey(found));
    return done;
  });
  const random = new SeededRandom(1);
  const client = new MemoryApi({ clock, random });
  const parts = { client, clock, random, log };
  const informers = [configMaps, pods, deployments].map(
    (resource) => new Informer({ ...parts, resource }),
  );
  const [maps, podInformer, deploymentInformer] = informers as [
    Informer<KubeObject>,
    Informer<KubeObject>,
    Informer<KubeObject>,
  ];
  controller
    .watches(maps)
    .owns(podInformer, configMaps)
    .watches(deploymentInformer, ({ metadata }) => (metadata.labels ? [key('named')] : []));
  const stop = new AbortController();
  for (const informer of informers) void informer.run(stop.signal);

  const make = (kind: string, name: string, metadata: object = {}): KubeObject => ({
    apiVersion: 'v1',
    kind,
    metadata: { namespace: 'team', name, ...metadata },
  });
  const owner = await client.create(configMaps, make('ConfigMap', 'owner'));
  await clock.advance(0);
  expect(seen.splice(0)).toEqual(['team/owner']);

  const reference = ownerReference(owner);
  await client.create(pods, make('Pod', 'owned', { ownerReferences: [reference] }));
  const mere = { ...reference, controller: false };
  await client.create(pods, make('Pod', 'not-controlled', { ownerReferences: [mere] }));
  const other = { ...reference, kind: 'Secret' };
  await client.create(pods, make('Pod', 'of-another-kind', { ownerReferences: [other] }));
  await clock.advance(0);
  expect(seen.splice(0)).toEqual(['team/owner']);

  await client.create(deployments, make('Deployment', 'plain'));
  await client.create(deployments, make('Deployment', 'labelled', { labels: { a: 'b' } }));
  await clock.advance(0);
  expect(seen.splice(0)).toEqual(['team/named']);
  // The label is gone, so the new state leads nowhere, but the old one did.
  await client.update(deployments, make('Deployment', 'labelled'));
  await clock.advance(0);
  expect(seen.splice(0)).toEqual(['team/named']);

  await client.delete(configMaps, key('owner'));
  await clock.advance(0);
  expect(new Set(seen)).toEqual(new Set(['team/owner']));
  stop.abort();
  await end();
});
