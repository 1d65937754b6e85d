export type { WorkerOptions, WorkerPorts } from './core/ports.ts';
export { CoordinatorLostError, UnfitError } from './core/errors.ts';
export { Supervisor } from './core/supervisor.ts';
