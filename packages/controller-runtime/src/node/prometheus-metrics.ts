import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { QueueState, RuntimeMetrics } from '../core/metrics.ts';

/** The buckets of controller-runtime, so that its dashboards draw the same. */
const reconcileBuckets = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1,
  1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
];
const queueBuckets = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 100, 1_000];
const requestBuckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];

const queueLabels = ['name', 'controller'] as const;

/** Counts under the names of Go's controller-runtime. A registry takes it once. */
export function prometheusMetrics(registry: Registry): RuntimeMetrics {
  const registers = [registry];
  const states = new Map<string, () => QueueState>();

  const gauge = (name: string, help: string, read: (state: QueueState) => number) =>
    new Gauge({
      name,
      help,
      registers,
      labelNames: queueLabels,
      collect() {
        for (const [queue, state] of states) {
          this.set({ name: queue, controller: queue }, read(state()));
        }
      },
    });
  gauge('workqueue_depth', 'Current depth of workqueue', ({ depth }) => depth);
  gauge(
    'workqueue_unfinished_work_seconds',
    'How many seconds of work has been done that is in progress',
    ({ unfinishedSeconds }) => unfinishedSeconds,
  );
  gauge(
    'workqueue_longest_running_processor_seconds',
    'How many seconds the longest running processor has been running',
    ({ longestRunningSeconds }) => longestRunningSeconds,
  );
  const queueCounter = (name: string, help: string) =>
    new Counter({ name, help, registers, labelNames: queueLabels });
  const adds = queueCounter('workqueue_adds_total', 'Total number of adds handled by workqueue');
  const retries = queueCounter(
    'workqueue_retries_total',
    'Total number of retries handled by workqueue',
  );
  const queueHistogram = (name: string, help: string) =>
    new Histogram({ name, help, registers, labelNames: queueLabels, buckets: queueBuckets });
  const waited = queueHistogram(
    'workqueue_queue_duration_seconds',
    'How long in seconds an item stays in workqueue before being requested',
  );
  const worked = queueHistogram(
    'workqueue_work_duration_seconds',
    'How long in seconds processing an item from workqueue takes',
  );

  const reconciles = new Counter({
    name: 'controller_runtime_reconcile_total',
    help: 'Total number of reconciliations per controller',
    registers,
    labelNames: ['controller', 'result'] as const,
  });
  const errors = new Counter({
    name: 'controller_runtime_reconcile_errors_total',
    help: 'Total number of reconciliation errors per controller',
    registers,
    labelNames: ['controller'] as const,
  });
  const reconcileSeconds = new Histogram({
    name: 'controller_runtime_reconcile_time_seconds',
    help: 'Length of time per reconciliation per controller',
    registers,
    labelNames: ['controller'] as const,
    buckets: reconcileBuckets,
  });
  const maxConcurrent = new Gauge({
    name: 'controller_runtime_max_concurrent_reconciles',
    help: 'Maximum number of concurrent reconciles per controller',
    registers,
    labelNames: ['controller'] as const,
  });
  const activeWorkers = new Gauge({
    name: 'controller_runtime_active_workers',
    help: 'Number of currently used workers per controller',
    registers,
    labelNames: ['controller'] as const,
  });
  const requests = new Counter({
    name: 'rest_client_requests_total',
    help: 'Number of HTTP requests, partitioned by status code, method, and host',
    registers,
    labelNames: ['code', 'method', 'host'] as const,
  });
  const requestSeconds = new Histogram({
    name: 'rest_client_request_duration_seconds',
    help: 'Request latency in seconds, broken down by verb and host',
    registers,
    labelNames: ['verb', 'host'] as const,
    buckets: requestBuckets,
  });
  const leader = new Gauge({
    name: 'leader_election_master_status',
    help: 'Whether this process is the leader of the election: 1, or 0 in waiting',
    registers,
    labelNames: ['name'] as const,
  });

  return {
    queue(name, state) {
      states.set(name, state);
      const labels = { name, controller: name };
      adds.inc(labels, 0);
      retries.inc(labels, 0);
      waited.zero(labels);
      worked.zero(labels);
      return {
        added: () => adds.inc(labels),
        retried: () => retries.inc(labels),
        started: (seconds) => waited.observe(labels, seconds),
        finished: (seconds) => worked.observe(labels, seconds),
      };
    },
    controller(name, max) {
      const labels = { controller: name };
      for (const result of ['success', 'requeue_after', 'requeue', 'error']) {
        reconciles.inc({ controller: name, result }, 0);
      }
      errors.inc(labels, 0);
      reconcileSeconds.zero(labels);
      maxConcurrent.set(labels, max);
      activeWorkers.set(labels, 0);
      return {
        reconciled(result, seconds) {
          reconciles.inc({ controller: name, result });
          if (result === 'error') errors.inc(labels);
          reconcileSeconds.observe(labels, seconds);
        },
        workers: (active) => activeWorkers.set(labels, active),
      };
    },
    request({ code, method, host, seconds }) {
      requests.inc({ code, method, host });
      requestSeconds.observe({ verb: method, host }, seconds);
    },
    leader: (name, isLeader) => leader.set({ name }, isLeader ? 1 : 0),
  };
}
