import type { FailureCode } from '@mapreduce/protocol/resource';
import type { Draft } from '../draft.ts';
import type { Observed } from '../observed.ts';
import { formatTime } from '../time.ts';

/** Reasons of condition `Failed`. */
export type FailedReason =
  | 'InputFailed'
  | 'ProgramFailed'
  | 'TaskFailed'
  | 'OutputFailed'
  | 'InternalError'
  | 'Cancelled'
  | 'CoordinatorLost'
  | 'BackoffLimitExceeded'
  | 'DeadlineExceeded'
  | 'PreRunningDeadlineExceeded'
  | 'InvalidSpec';

export const reasonOfCode: Readonly<Record<FailureCode, FailedReason>> = {
  input: 'InputFailed',
  program: 'ProgramFailed',
  task: 'TaskFailed',
  output: 'OutputFailed',
  internal: 'InternalError',
  'coordinator-lost': 'CoordinatorLost',
};

/** Reasons for which the coordinator has ended its work itself, so that its pod may stay. */
const endedByCoordinator: readonly string[] = [
  'InputFailed',
  'ProgramFailed',
  'TaskFailed',
  'OutputFailed',
  'InternalError',
  'Cancelled',
] satisfies FailedReason[];

/** Whether the coordinator's pod stays after the job's end: for its output, or for its log. */
export function keepsCoordinator(reason: string): boolean {
  return endedByCoordinator.includes(reason);
}

/** Whether `status.failure` says why: otherwise it would tell of an earlier attempt. */
function isOfAttempt(reason: FailedReason): boolean {
  return reason === 'BackoffLimitExceeded' || Object.values(reasonOfCode).includes(reason);
}

/** Ends the job for good. */
export function fail(seen: Observed, draft: Draft, reason: FailedReason, message: string): void {
  draft.condition({ type: 'Failed', status: 'True', reason, message });
  draft.condition({ type: 'Running', status: 'False', reason, message: '' });
  draft.set({ phase: 'Failed', completionTime: formatTime(seen.now) });
  draft.clear('retryTime');
  if (!isOfAttempt(reason)) draft.clear('failure');
  draft.event('Warning', 'Failed', `${reason}: ${message}`);
}
