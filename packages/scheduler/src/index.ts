export * from './events.ts';
export type { Restored, RestoredOutput } from './restore.ts';
export { nextTick, step } from './scheduler.ts';
export { createScheduler, type SchedulerState } from './state.ts';
export * from './views.ts';
