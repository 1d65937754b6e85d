import { serveTelemetry } from '@mapreduce/service/node';
import { WorkerMetrics } from '@mapreduce/worker/metrics';
import { watchedWorker } from './worker.ts';

/** `mapreduce worker --metrics-port`. */
export function workerWithMetrics(args: readonly string[], entry: string): Promise<void> {
  return watchedWorker(args, entry, async (port, slots) => {
    const metrics = new WorkerMetrics(slots);
    let isRegistered = false;
    const { registry } = metrics;
    const telemetry = await serveTelemetry({
      port,
      metrics: registry,
      isReady: () => isRegistered,
    });
    return {
      watch: metrics.watch,
      onRegistered: () => (isRegistered = true),
      onOver: () => telemetry.close(),
    };
  });
}
