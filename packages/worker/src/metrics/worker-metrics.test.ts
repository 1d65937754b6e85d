import { expect, test } from '@jest/globals';
import type { Handlers } from '@mapreduce/protocol';
import { TransportError } from '@mapreduce/service';
import {
  aMapManifest,
  anAttempt,
  anEpoch,
  aProgress,
  aReduceManifest,
  aStream,
  MemoryTransport,
} from '@mapreduce/testing';
import { WorkerMetrics } from './worker-metrics.ts';

const peer = 'http://peer';
const options = { timeoutMs: 1_000 };
const sender = { incarnation: 'w', epoch: anEpoch() };
const map = anAttempt('map');
const reduce = anAttempt('reduce');

function watched(handlers: Partial<Handlers> = {}) {
  const inner = new MemoryTransport();
  const segments = () => Promise.resolve(aStream(new Uint8Array(500)));
  inner.peers.set(peer, { handlers, bulk: { segments } });
  const metrics = new WorkerMetrics(4);
  const value = async (series: string) => {
    const lines = (await metrics.registry.metrics()).split('\n');
    return Number(lines.find((line) => line.startsWith(`${series} `))?.slice(series.length + 1));
  };
  return { inner, transport: metrics.watch(inner), value };
}

const heartbeat: Handlers['heartbeat'] = () =>
  Promise.resolve({ cancel: [], log: [], ended: false });

function beat(bytes: number) {
  const progress = aProgress({ bytes, records: bytes / 10 });
  return { ...sender, attempts: [{ attempt: map, progress }], logFrom: 0, freeDiskBytes: 0 };
}

test('what a map reads is counted as it goes on, and once', async () => {
  const complete: Handlers['complete'] = () => Promise.resolve({ accepted: true });
  const { transport, value } = watched({ heartbeat, complete });
  for (const bytes of [100, 100, 300])
    await transport.call(peer, 'heartbeat', beat(bytes), options);
  expect(await value('mapreduce_worker_read_bytes_total')).toBe(300);
  const result = aMapManifest({ bytesIn: 1_000, recordsIn: 90, bytesOut: 70, spills: 2 });
  await transport.call(peer, 'complete', { ...sender, attempt: map, result }, options);
  expect(await value('mapreduce_worker_read_bytes_total')).toBe(1_000);
  expect(await value('mapreduce_worker_read_records_total')).toBe(90);
  expect(await value('mapreduce_worker_spilled_bytes_total')).toBe(70);
  expect(await value('mapreduce_worker_spills_total')).toBe(2);
  expect(await value('mapreduce_worker_slots_busy')).toBe(1);
  expect(await value('mapreduce_worker_slots')).toBe(4);
  expect(await value('mapreduce_worker_heartbeat_duration_seconds_count')).toBe(3);
});

test('only a part that counts is written', async () => {
  let accepted = false;
  const complete: Handlers['complete'] = () => Promise.resolve({ accepted });
  const { transport, value } = watched({ complete });
  const files = [{ name: 'part-00000', length: 40, sha256: 'a'.repeat(64) }];
  const result = aReduceManifest({ files, recordsIn: 9, recordsOut: 5 });
  const report = { ...sender, attempt: reduce, result };
  await transport.call(peer, 'complete', report, options);
  accepted = true;
  await transport.call(peer, 'complete', report, options);
  expect(await value('mapreduce_worker_written_bytes_total')).toBe(40);
  expect(await value('mapreduce_worker_written_records_total')).toBe(5);
  expect(await value('mapreduce_worker_shuffled_records_total')).toBe(18);
  const of = (outcome: string) =>
    `mapreduce_worker_attempts_total{phase="reduce",outcome="${outcome}",reason="none"}`;
  expect([await value(of('succeeded')), await value(of('superseded'))]).toEqual([1, 1]);
});

test('a failed attempt shows its kind', async () => {
  const { transport, value } = watched({ fail: () => Promise.resolve({}) });
  const error = { kind: 'memory', message: 'too much' } as const;
  await transport.call(peer, 'fail', { ...sender, attempt: map, error }, options);
  const failed = 'mapreduce_worker_attempts_total{phase="map",outcome="failed",reason="memory"}';
  expect(await value(failed)).toBe(1);
});

test('a lease counts as waited for when there was one', async () => {
  const task = { kind: 'describe' } as const;
  let leases = [{ attempt: anAttempt('describe'), task }];
  const { transport, value } = watched({ lease: () => Promise.resolve({ leases }) });
  const request = { ...sender, request: 'r', slots: 1, waitMs: 0 };
  await transport.call(peer, 'lease', request, options);
  leases = [];
  await transport.call(peer, 'lease', request, options);
  expect(await value('mapreduce_worker_lease_wait_seconds_count')).toBe(1);
});

test('fetches are measured to the end of their bytes, and those that fail as well', async () => {
  const { inner, transport, value } = watched();
  const { chunks } = await transport.bulk(peer, 'segments', {}, options);
  const of = (result: string) =>
    `mapreduce_worker_shuffle_fetch_duration_seconds_count{result="${result}"}`;
  expect(await value(of('ok'))).toBe(0);
  for await (const chunk of chunks) expect(chunk.length).toBeGreaterThan(0);
  expect(await value(of('ok'))).toBe(1);
  expect(await value('mapreduce_worker_shuffled_bytes_total')).toBe(500);
  inner.peers.delete(peer);
  await expect(transport.bulk(peer, 'segments', {}, options)).rejects.toThrow(TransportError);
  expect(await value(of('failed'))).toBe(1);
});
