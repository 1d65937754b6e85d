export type { WorkerOptions, WorkerPorts } from './core/ports.ts';
export { CoordinatorLostError, UnfitError } from './core/errors.ts';
export { Supervisor } from './core/supervisor.ts';
export { describeError } from './executor/attempt-error.ts';
export { TaskRunner, type TaskPorts } from './executor/run-task.ts';
