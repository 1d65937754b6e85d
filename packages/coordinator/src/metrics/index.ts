export { CoordinatorMetrics } from './coordinator-metrics.ts';
