export { WorkerMetrics } from './worker-metrics.ts';
