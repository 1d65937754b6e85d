import { ApiEventRecorder, LeaderElector, fencedClient } from '@mapreduce/controller-runtime';
import { HttpApiClient, KubeConfig, prometheusMetrics } from '@mapreduce/controller-runtime/node';
import {
  NodeTransport,
  nodeClock,
  nodeLog,
  nodeRandom,
  serveTelemetry,
  shutdownSignal,
} from '@mapreduce/service/node';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { Operator } from '../core/reconcile/operator.ts';
import { ConfigError, readConfig, type OperatorConfig } from './config.ts';
import { jobMetrics } from './metrics.ts';

/** Exit codes of the operator. */
const exitCodes = { ok: 0, lostLease: 1, usage: 2 } as const;

/** By which the operator says who it is. */
const name = 'mapreduce-operator';

await main();

async function main(): Promise<void> {
  try {
    const config = readConfig(process.argv.slice(2), process.env);
    process.exitCode = await run(config);
  } catch (error) {
    const isUsage = error instanceof ConfigError;
    process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = isUsage ? exitCodes.usage : 1;
  }
  // Watches and idle connections would keep the process alive.
  process.exit();
}

async function run(config: OperatorConfig): Promise<number> {
  const log = nodeLog({ level: config.logLevel, process: name });
  const signal = shutdownSignal();
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const runtimeMetrics = prometheusMetrics(registry);
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromDefault();
  const clock = nodeClock;
  const client = new HttpApiClient({
    config: kubeConfig,
    userAgent: name,
    clock,
    metrics: runtimeMetrics,
  });
  const elector =
    config.election &&
    new LeaderElector({
      client,
      ...config.election,
      clock,
      log,
      metrics: runtimeMetrics,
    });
  const events = new ApiEventRecorder({
    client,
    controller: 'mapreduce.dev/operator',
    instance: config.election?.identity ?? name,
    clock,
    random: nodeRandom,
    log,
  });
  const operator = new Operator({
    client: elector === undefined ? client : fencedClient(client, () => elector.isLeading),
    namespaces: config.namespaces,
    concurrency: config.concurrency,
    settings: { images: config.images, ttlSeconds: config.ttlSeconds },
    connect: (control) => new NodeTransport({ control }),
    events,
    metrics: (jobs) =>
      jobMetrics(registry, () => (elector?.isLeading === false ? undefined : jobs())),
    runtimeMetrics,
    ...(elector !== undefined && { elector }),
    clock,
    random: nodeRandom,
    log,
  });
  const telemetry = await serveTelemetry({
    port: config.metricsPort,
    metrics: registry,
    isReady: () => operator.isReady,
  });
  const scope = config.namespaces?.join(', ') ?? 'the whole cluster';
  log.info('started', { watches: scope, metricsPort: telemetry.port });
  const end = await operator.run(signal);
  log.info('ended', { end });
  await events.flush(2_000);
  await telemetry.close();
  return end === 'lost' ? exitCodes.lostLease : exitCodes.ok;
}
