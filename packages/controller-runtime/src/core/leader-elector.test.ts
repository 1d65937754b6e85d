import { expect, test } from '@jest/globals';
import { SeededRandom, VirtualClock } from '@mapreduce/service/virtual';
import { MemoryLog } from '@mapreduce/testing';
import { ApiError } from '../api/error.ts';
import { interceptedClient } from '../virtual/intercepted-client.ts';
import { MemoryApi } from '../virtual/memory-api.ts';
import { aborted } from './abort.ts';
import { fencedClient } from './fenced-client.ts';
import { LeaderElector } from './leader-elector.ts';
import { leases, type Lease } from './lease.ts';
import { noMetrics } from './metrics.ts';

const at = { namespace: 'system', name: 'operator' };

/** A client whose connection can be cut. */
function cuttable(api: MemoryApi) {
  const state = { isCut: false, hangs: false };
  const client = interceptedClient(api, async () => {
    if (state.hangs) await new Promise(() => undefined);
    if (state.isCut) throw new ApiError({ status: 0, reason: 'Unreachable', message: 'cut' });
  });
  return { client, state };
}

function aCluster() {
  const clock = new VirtualClock();
  const api = new MemoryApi({ clock, random: new SeededRandom(1) });
  const leaders = new Set<string>();
  const start = (identity: string) => {
    const { client, state } = cuttable(api);
    const log = new MemoryLog();
    const parts = { ...at, identity, clock, log, metrics: noMetrics };
    const elector = new LeaderElector({ ...parts, client });
    const stop = new AbortController();
    const process = { identity, elector, state, stop, log, end: 'running', ledAt: NaN };
    void elector
      .run(stop.signal, async (signal) => {
        process.ledAt = clock.now();
        leaders.add(identity);
        expect([...leaders]).toEqual([identity]);
        await aborted(signal);
        leaders.delete(identity);
      })
      .then((end) => (process.end = end));
    return process;
  };
  const lease = async () => (await api.get(leases, at)) as Lease;
  return { clock, api, start, leaders, lease };
}

test('the first leads, the second waits; when the first ends, the second leads at once', async () => {
  const { clock, start, leaders, lease } = aCluster();
  const a = start('a');
  const b = start('b');
  await clock.advance(60_000);
  expect([...leaders]).toEqual(['a']);
  expect([a.elector.isLeading, b.elector.isLeading]).toEqual([true, false]);
  a.stop.abort();
  await clock.advance(2_500);
  expect([...leaders]).toEqual(['b']);
  expect([a.end, a.elector.isLeading]).toEqual(['stopped', false]);
  expect((await lease()).spec).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
});

test('the lease has times of six digits, says how long it lasts, and who has it since when', async () => {
  const { clock, start, lease } = aCluster();
  start('a');
  await clock.advance(5_000);
  expect((await lease()).spec).toEqual({
    holderIdentity: 'a',
    leaseDurationSeconds: 15,
    acquireTime: '2030-01-01T00:00:00.000000Z',
    renewTime: '2030-01-01T00:00:04.000000Z',
    leaseTransitions: 0,
  });
});

test('a leader that is cut off stops before another leads, and its process is told that it lost', async () => {
  const { clock, start, leaders } = aCluster();
  const a = start('a');
  await clock.advance(1_000);
  const b = start('b');
  await clock.advance(4_500);
  a.state.isCut = true;
  await clock.advance(9_000);
  expect([...leaders]).toEqual([]);
  expect([a.end, a.elector.isLeading]).toEqual(['lost', false]);
  await clock.advance(8_000);
  expect([...leaders]).toEqual(['b']);
  // Its last renewal was at 4 s, seen at 5 s; it has 15 s from then.
  expect(b.ledAt).toBeGreaterThanOrEqual(20_000 - 1_000);
  expect(b.ledAt).toBeLessThanOrEqual(22_000);
});

test('a call that hangs does not use up the time for another try', async () => {
  const { clock, start, leaders } = aCluster();
  const a = start('a');
  await clock.advance(3_000);
  a.state.hangs = true;
  await clock.advance(4_000);
  a.state.hangs = false;
  await clock.advance(60_000);
  expect([[...leaders], a.elector.isLeading]).toEqual([['a'], true]);
});

test('where every call hangs, the lease is lost in time', async () => {
  const { clock, start, leaders } = aCluster();
  const a = start('a');
  await clock.advance(3_000);
  a.state.hangs = true;
  await clock.advance(10_000);
  expect([[...leaders], a.end]).toEqual([[], 'lost']);
});

test('no time that a holder writes is believed: only what is seen to change counts', async () => {
  const { clock, api, start, leaders } = aCluster();
  const spec = { holderIdentity: 'old', leaseDurationSeconds: 15 };
  const head = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: at };
  // A clock that is a day behind, then one that is a day ahead.
  await api.create(leases, {
    ...head,
    spec: { ...spec, renewTime: '2029-12-31T00:00:00.000000Z' },
  });
  start('a');
  await clock.advance(14_000);
  expect([...leaders]).toEqual([]);
  await api.update(leases, {
    ...head,
    spec: { ...spec, renewTime: '2030-01-02T00:00:00.000000Z' },
  });
  await clock.advance(14_000);
  expect([...leaders]).toEqual([]);
  await clock.advance(4_000);
  expect([...leaders]).toEqual(['a']);
});

test('a holder that says it takes longer is given that long', async () => {
  const { clock, api, start, leaders } = aCluster();
  const spec = { holderIdentity: 'old', leaseDurationSeconds: 60 };
  await api.create(leases, {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: at,
    spec,
  });
  start('a');
  await clock.advance(58_000);
  expect([...leaders]).toEqual([]);
  await clock.advance(5_000);
  expect([...leaders]).toEqual(['a']);
});

test('a renewal whose answer was lost is found to be our own', async () => {
  const { clock, api, start, leaders, lease } = aCluster();
  const a = start('a');
  await clock.advance(1_000);
  // As if the server had taken a renewal that the leader never heard of.
  await api.update(
    leases,
    await lease().then((found) => ({ ...found, spec: { ...found.spec, renewTime: 'x' } })),
  );
  await clock.advance(30_000);
  expect([[...leaders], a.end]).toEqual([['a'], 'running']);
});

test('a lease that somebody else took is lost at once', async () => {
  const { clock, api, start, lease } = aCluster();
  const a = start('a');
  await clock.advance(1_000);
  const found = await lease();
  await api.update(leases, { ...found, spec: { ...found.spec, holderIdentity: 'thief' } });
  await clock.advance(2_000);
  expect(a.end).toBe('lost');
});

test('a lease that was deleted is made again', async () => {
  const { clock, api, start, leaders, lease } = aCluster();
  start('a');
  await clock.advance(1_000);
  await api.delete(leases, at);
  await clock.advance(30_000);
  expect([...leaders]).toEqual(['a']);
  expect((await lease()).spec?.holderIdentity).toBe('a');
});

test('while the work is ending, the lease is kept', async () => {
  const { clock, api, lease } = aCluster();
  const parts = { ...at, identity: 'a', clock, log: new MemoryLog(), metrics: noMetrics };
  const elector = new LeaderElector({ ...parts, client: api });
  const stop = new AbortController();
  let finish: () => void = () => undefined;
  const run = elector.run(stop.signal, () => new Promise((resolve) => (finish = resolve)));
  await clock.advance(1_000);
  stop.abort();
  await clock.advance(60_000);
  expect([elector.isLeading, (await lease()).spec?.holderIdentity]).toEqual([true, 'a']);
  finish();
  expect(await run).toBe('stopped');
  expect((await lease()).spec?.holderIdentity).toBe('');
});

test('work that fails ends the election with its error, and gives the lease up', async () => {
  const { clock, api, lease } = aCluster();
  const parts = { ...at, identity: 'a', clock, log: new MemoryLog(), metrics: noMetrics };
  const elector = new LeaderElector({ ...parts, client: api });
  const run = elector.run(new AbortController().signal, () => Promise.reject(new Error('broken')));
  await expect(run).rejects.toThrow('broken');
  expect((await lease()).spec?.holderIdentity).toBe('');
});

test('who is told to stop while it waits stops, and never led', async () => {
  const { clock, start } = aCluster();
  start('a');
  await clock.advance(100);
  const b = start('b');
  await clock.advance(5_000);
  b.stop.abort();
  await clock.advance(0);
  expect([b.end, b.ledAt]).toEqual(['stopped', NaN]);
});

test('a process that was frozen past its time writes nothing, before any timer of its own', async () => {
  const { clock, api } = aCluster();
  const elector = new LeaderElector({
    ...{ ...at, identity: 'a', clock, log: new MemoryLog(), metrics: noMetrics },
    client: api,
  });
  void elector.run(new AbortController().signal, (signal) => aborted(signal));
  await clock.advance(1_000);
  let frozenMs = 0;
  const fenced = fencedClient(api, () => elector.isLeading && frozenMs < 10_000);
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'team', name: 'x' } };
  const resource = {
    group: '',
    version: 'v1',
    kind: 'ConfigMap',
    plural: 'configmaps',
    namespaced: true,
  };
  await fenced.create(resource, map);
  frozenMs = 30_000;
  await expect(fenced.delete(resource, map.metadata)).rejects.toMatchObject({
    reason: 'NotLeader',
  });
  await expect(fenced.apply(resource, map, { fieldManager: 'a' })).rejects.toThrow('does not lead');
  expect(await fenced.get(resource, map.metadata)).toBeDefined();
});
