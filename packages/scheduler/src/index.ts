export * from './events.ts';
export type { Restored, RestoredOutput } from './restore.ts';
export { nextTick, step } from './scheduler.ts';
export { createScheduler, type SchedulerState } from './state.ts';
export { longestStraggler, type StragglerView } from './straggler.ts';
export * from './views.ts';
