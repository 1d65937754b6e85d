import { expect, test } from '@jest/globals';
import { SeededRandom, VirtualClock } from '@mapreduce/service/virtual';
import { MemoryLog } from '@mapreduce/testing';
import { Registry } from 'prom-client';
import { ApiError } from '../api/error.ts';
import { Controller, done, requeueAfter } from '../core/controller.ts';
import { prometheusMetrics } from './prometheus-metrics.ts';

async function lines(registry: Registry): Promise<string[]> {
  return (await registry.metrics()).split('\n').filter((line) => !line.startsWith('#'));
}

function aController(registry: Registry) {
  const clock = new VirtualClock();
  const metrics = prometheusMetrics(registry);
  const controller = new Controller({
    name: 'web',
    clock,
    metrics,
    random: new SeededRandom(1),
    log: new MemoryLog(),
    settings: { workers: 2, backoff: { baseMs: 3_600_000, maxMs: 3_600_000 } },
    reconcile: async ({ name }) => {
      await Promise.resolve();
      if (name === 'later') return requeueAfter(60_000);
      if (name === 'bad') throw new Error('bad');
      if (name === 'conflict') throw new ApiError({ status: 409, reason: 'Conflict', message: '' });
      if (name === 'slow') await new Promise(() => undefined);
      return done;
    },
  });
  return { clock, controller, metrics };
}

test('what a controller counts is there at zero before anything has happened', async () => {
  const registry = new Registry();
  aController(registry);
  const found = await lines(registry);
  for (const result of ['success', 'error', 'requeue', 'requeue_after']) {
    const name = `controller_runtime_reconcile_total{controller="web",result="${result}"}`;
    expect(found).toContain(`${name} 0`);
  }
  for (const name of ['depth', 'adds_total', 'retries_total', 'unfinished_work_seconds']) {
    expect(found).toContain(`workqueue_${name}{name="web",controller="web"} 0`);
  }
  expect(found).toContain('controller_runtime_reconcile_errors_total{controller="web"} 0');
  expect(found).toContain('controller_runtime_max_concurrent_reconciles{controller="web"} 2');
});

test('outcomes, work and what is stuck are counted under the names of controller-runtime', async () => {
  const registry = new Registry();
  const { clock, controller, metrics } = aController(registry);
  const stop = new AbortController();
  void controller.run(stop.signal);
  for (const name of ['good', 'later', 'bad', 'conflict', 'slow', 'good']) {
    controller.enqueue({ namespace: 'team', name });
  }
  await clock.advance(30_000);
  metrics.request({ code: '200', method: 'GET', host: 'server', seconds: 0.1 });
  metrics.leader('lock', true);
  const found = await lines(registry);
  const labels = 'name="web",controller="web"';
  for (const line of [
    'controller_runtime_reconcile_total{controller="web",result="success"} 2',
    'controller_runtime_reconcile_total{controller="web",result="requeue_after"} 1',
    'controller_runtime_reconcile_total{controller="web",result="requeue"} 1',
    'controller_runtime_reconcile_total{controller="web",result="error"} 1',
    'controller_runtime_reconcile_errors_total{controller="web"} 1',
    'controller_runtime_reconcile_time_seconds_count{controller="web"} 5',
    'controller_runtime_active_workers{controller="web"} 1',
    `workqueue_adds_total{${labels}} 6`,
    `workqueue_retries_total{${labels}} 2`,
    `workqueue_queue_duration_seconds_count{${labels}} 6`,
    `workqueue_work_duration_seconds_count{${labels}} 5`,
    `workqueue_unfinished_work_seconds{${labels}} 30`,
    `workqueue_longest_running_processor_seconds{${labels}} 30`,
    'rest_client_requests_total{code="200",method="GET",host="server"} 1',
    'leader_election_master_status{name="lock"} 1',
  ]) {
    expect(found).toContain(line);
  }
});
