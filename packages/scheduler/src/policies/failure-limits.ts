import type { AttemptError, FailureKind, TaskKind } from '@mapreduce/protocol';
import type { SchedulerSettings } from '../events.ts';
import type { Trouble } from '../task-table.ts';

/** How long a worker whose disk failed an attempt is passed over, in milliseconds. */
export const UNFIT_MS = 30_000;

/** How long a task that a worker's disk failed is left alone where there is no other worker. */
const DISK_REST_MS = 2_000;

/** Failures of its input that end the job: a second look, from another worker where there is one. */
const INPUT_FAILURES = 2;

/** Whether a failure counts against its task. */
export function counts(kind: FailureKind): boolean {
  return kind !== 'released';
}

/** Records a failure that counts, on the worker with that index. Times are the scheduler's. */
export function recordFailure(
  trouble: Trouble,
  kind: FailureKind,
  worker: number,
  { now, avoidUntil }: { readonly now: number; readonly avoidUntil: number },
): void {
  trouble.failures++;
  if (kind === 'input') trouble.inputFailures++;
  if (kind === 'disk') trouble.restUntil = now + DISK_REST_MS;
  if (!trouble.failedOn.includes(worker)) trouble.failedOn.push(worker);
  avoid(trouble, worker, avoidUntil);
}

/** Spares the task this worker until then, where there is another (see `placement.ts`). */
export function avoid(trouble: Trouble, worker: number, until: number): void {
  if (!trouble.avoid.includes(worker)) trouble.avoid.push(worker);
  trouble.avoidUntil = until;
}

/**
 * What a recorded failure means for the job.
 *
 * - A program that cannot be described fails at once: it would everywhere. (A full disk, or a SIGKILL
 *   from a person or from a kernel that is short of memory, need be no fault of the program.)
 * - A malformed record, which has an offset, fails at once: the split's version is checked, so every
 *   worker would read the same bytes.
 * - An input that is missing, unreadable or changed fails when a second attempt says so: one worker
 *   may lack a mount, or have met a passing fault of the network.
 * - Else `maxFailures` of one task end the job.
 *
 * The last two are spread over two workers where there are two.
 *
 * @param elsewhere whether a live worker exists that the task has not failed on
 */
export function judgeFailure(
  kind: TaskKind,
  error: AttemptError,
  trouble: Trouble,
  settings: SchedulerSettings,
  elsewhere: boolean,
): 'retry' | 'attempts' | 'immediate' {
  if (kind === 'describe' && !maySucceedElsewhere(error)) return 'immediate';
  if (error.kind === 'input' && error.offset !== undefined) return 'immediate';
  if (trouble.failedOn.length < 2 && elsewhere) return 'retry';
  if (trouble.inputFailures >= INPUT_FAILURES) return 'immediate';
  return trouble.failures >= settings.maxFailures ? 'attempts' : 'retry';
}

function maySucceedElsewhere({ kind, signal }: AttemptError): boolean {
  return kind === 'disk' || signal === 'SIGKILL';
}

/** Records that a worker vanished under the task; returns the error if that ends the job. */
export function recordVanished(
  trouble: Trouble,
  settings: SchedulerSettings,
  worker: string,
): AttemptError | undefined {
  trouble.vanished++;
  if (trouble.vanished < settings.maxVanished) return undefined;
  const message =
    `${trouble.vanished} workers vanished while they ran this task, the last one ${worker}: ` +
    'the task may be what ends them (memory, a crash of the host)';
  return { kind: 'exit', message };
}
