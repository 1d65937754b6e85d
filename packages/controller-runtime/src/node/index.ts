export { KubeConfig } from '@kubernetes/client-node';
export * from './http-client.ts';
export * from './prometheus-metrics.ts';
