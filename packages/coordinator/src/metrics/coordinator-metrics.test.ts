import { expect, test } from '@jest/globals';
import { nodeCodec, nodeDigest } from '@mapreduce/service/node';
import { MemoryDisk, SeededRandom, VirtualClock } from '@mapreduce/service/virtual';
import { MemoryLog } from '@mapreduce/testing';
import { aConfig, FakeWorker, type CoordinatorWorld } from '@mapreduce/testing/coordinator';
import { Coordinator } from '../core/index.ts';
import { CoordinatorMetrics } from './coordinator-metrics.ts';

/** A coordinator that is looked on at. */
async function watched() {
  const memory = new MemoryDisk();
  const clock = new VirtualClock();
  const serving: Coordinator[] = [];
  const metrics = new CoordinatorMetrics(() => serving[0]);
  const coordinator = await Coordinator.start(
    aConfig(),
    {
      ...{ clock, random: new SeededRandom(1), log: new MemoryLog() },
      ...{ digest: nodeDigest, codec: nodeCodec, onStep: metrics.onStep },
      disk: metrics.timed(memory.async),
      web: { request: () => Promise.reject(new Error('no web here')) },
    },
    (error) => {
      throw error;
    },
  );
  serving.push(coordinator);
  const world = { coordinator, memory, config: aConfig() } as unknown as CoordinatorWorld;
  const worker = async (name: string) => {
    const made = new FakeWorker(world, name);
    await made.register();
    return made;
  };
  /** The value of a series, written as Prometheus does. */
  const value = async (series: string) => {
    const lines = (await metrics.registry.metrics()).split('\n');
    return Number(lines.find((line) => line.startsWith(`${series} `))?.slice(series.length + 1));
  };
  return { clock, coordinator, metrics, value, worker };
}

function attempts(phase: string, outcome: string, reason = 'none'): string {
  return `mapreduce_attempts_total{phase="${phase}",outcome="${outcome}",reason="${reason}"}`;
}

test('all begins at zero, and there is a job before anything has happened', async () => {
  const { value } = await watched();
  expect(await value(attempts('map', 'failed', 'program'))).toBe(0);
  expect(await value('mapreduce_backup_attempts_total{result="won"}')).toBe(0);
  expect(await value('mapreduce_request_duration_seconds_count{route="lease"}')).toBe(0);
  expect(await value('mapreduce_job_state{state="running"}')).toBe(1);
  expect(await value('mapreduce_job_info{program="wordcount"}')).toBe(1);
});

test('a whole job is counted: its tasks, attempts, workers, bytes and fsyncs', async () => {
  const { value, worker } = await watched();
  const [a, b] = [await worker('a'), await worker('b')];
  await a.work();
  const failing = await a.leased();
  expect(await value('mapreduce_slots_busy')).toBe(1);
  await a.fail(failing.attempt);
  for (let map = 0; map < 2; map++) await b.work();
  expect(await value('mapreduce_tasks{phase="map",state="completed"}')).toBe(2);
  for (let reduce = 0; reduce < 2; reduce++) await b.work();
  expect(await value(attempts('describe', 'succeeded'))).toBe(1);
  expect(await value(attempts('map', 'failed', 'program'))).toBe(1);
  expect(await value(attempts('map', 'succeeded'))).toBe(2);
  expect(await value(attempts('reduce', 'succeeded'))).toBe(2);
  expect(await value('mapreduce_attempts_started_total{phase="map"}')).toBe(3);
  expect(await value('mapreduce_workers{state="alive"}')).toBe(2);
  expect(await value('mapreduce_slots')).toBe(2);
  expect(await value('mapreduce_job_written_bytes')).toBeGreaterThan(0);
  expect(await value('mapreduce_journal_fsync_duration_seconds_count')).toBeGreaterThan(3);
});

test('what is lost with a worker shows as lost attempts and as tasks that run again', async () => {
  const { coordinator, value, worker } = await watched();
  const [a, b] = [await worker('a'), await worker('b')];
  await a.work();
  await a.work();
  await a.leased();
  await b.heartbeat();
  await coordinator.lostWorkers({ addresses: ['http://a'] });
  expect(await value(attempts('map', 'lost', 'worker-lost'))).toBe(1);
  expect(await value('mapreduce_task_reruns_total{phase="map"}')).toBe(1);
  expect(await value('mapreduce_workers{state="lost"}')).toBe(1);
  expect(await value('mapreduce_workers{state="alive"}')).toBe(1);
});

test('a cancelled job leaves no attempt open', async () => {
  const { coordinator, value, worker } = await watched();
  const a = await worker('a');
  await a.work();
  await a.leased();
  await coordinator.cancel({ reason: 'enough' });
  expect(await value(attempts('map', 'cancelled'))).toBe(1);
  expect(await value('mapreduce_slots_busy')).toBe(0);
});

test('no text of the metrics says which job, task or worker it is about', async () => {
  const { metrics, worker } = await watched();
  await (await worker('some-incarnation')).work();
  metrics.onAnswered('status', 12);
  const text = await metrics.registry.metrics();
  expect(text).toContain('mapreduce_request_duration_seconds_sum{route="status"} 0.012');
  for (const name of ['some-incarnation', 'job-1', '/out', 'abcdefgh']) {
    expect(text).not.toContain(name);
  }
});
