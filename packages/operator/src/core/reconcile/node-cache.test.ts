import { describe, expect, it } from '@jest/globals';
import { Manager, noMetrics, nodes } from '@mapreduce/controller-runtime';
import { MemoryApi } from '@mapreduce/controller-runtime/virtual';
import { SeededRandom, VirtualClock } from '@mapreduce/service/virtual';
import { MemoryLog } from '@mapreduce/testing';
import { cachedNodes } from './node-cache.ts';

/** An informer that has listed nothing yet, and the API server that it is behind. */
function lateCache() {
  const [clock, random] = [new VirtualClock(), new SeededRandom(1)];
  const api = new MemoryApi({ clock, random });
  const manager = new Manager({
    client: api,
    clock,
    random,
    log: new MemoryLog(),
    metrics: noMetrics,
  });
  return { api, source: cachedNodes(manager.informer(nodes), api) };
}

describe('a node that the cache does not show', () => {
  it('is not gone if the API server has it', async () => {
    const { api, source } = lateCache();
    const status = { conditions: [{ type: 'Ready', status: 'True' }] };
    await api.create(nodes, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'new' }, status });
    const facts = await source(['new'], new AbortController().signal);
    expect(facts.of('new')?.gone).toBe(false);
  });

  it('is gone if nobody has it', async () => {
    const { source } = lateCache();
    const facts = await source(['old'], new AbortController().signal);
    expect(facts.of('old')?.gone).toBe(true);
    expect(facts.of('never asked for')).toBeUndefined();
  });
});
