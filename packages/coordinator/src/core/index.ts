export { Coordinator } from './coordinator.ts';
export type { JobEnd } from './job-end.ts';
export type { CoordinatorPorts, StepObserver } from './ports.ts';
export { standIn, type ControlHandlers, type EarlyFailure, type JobOutline } from './stand-in.ts';
export { DeposedError, isRival, Journal } from './journal/journal.ts';
export { JournalDamagedError } from './journal/read-journal.ts';
export type { JournalRecord } from './journal/record.ts';
export { restoreState } from './recovery/restored-state.ts';
export { snapshotOf } from './recovery/snapshot.ts';
