import type { AttemptError, JobStatus } from '@mapreduce/protocol';
import type { SchedulerCommand } from '@mapreduce/scheduler';
import { DiskError } from '@mapreduce/service';
import { IncompleteOutputError, InputError, OutputError } from '@mapreduce/storage';

/** How a job ended, and why if it did not succeed. */
export interface JobEnd {
  readonly state: 'succeeded' | 'failed' | 'cancelled';
  readonly error?: JobStatus['error'];
}

type Failed = Extract<SchedulerCommand, { kind: 'jobFailed' }>;

const codes = {
  program: 'program',
  input: 'input',
  output: 'output',
  exit: 'task',
  memory: 'task',
  timeout: 'task',
  disk: 'task',
  released: 'internal',
} as const satisfies Record<AttemptError['kind'], NonNullable<JobStatus['error']>['code']>;

/** A task used up its attempts: the job fails with the task's own error. */
export function failedTask({ task, error }: Failed): JobEnd {
  const name = task.kind === 'describe' ? task.kind : `${task.kind} ${task.index}`;
  return { state: 'failed', error: { code: codes[error.kind], cause: error, task: name } };
}

export function cancelled(reason: string): JobEnd {
  const cause: AttemptError = { kind: 'released', message: reason };
  return { state: 'cancelled', error: { code: 'cancelled', cause } };
}

/** The coordinator itself could not go on. */
export function failedItself(error: unknown): JobEnd {
  if (error instanceof InputError) return failed('input', 'input', error.message);
  if (error instanceof OutputError) return failed('output', 'output', error.message);
  if (error instanceof DiskError) return failed('output', 'disk', error.message);
  if (error instanceof IncompleteOutputError) return failed('program', 'program', error.message);
  const message = error instanceof Error ? error.message : String(error);
  return failed('internal', 'output', message);
}

function failed(
  code: NonNullable<JobStatus['error']>['code'],
  kind: AttemptError['kind'],
  message: string,
): JobEnd {
  return { state: 'failed', error: { code, cause: { kind, message: message.slice(0, 16_384) } } };
}
