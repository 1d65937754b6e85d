import {
  routes,
  ServiceError,
  type Handlers,
  type JobStatus,
  type LeaseRequest,
} from '@mapreduce/protocol';
import { sleep, type Clock } from '@mapreduce/service';
import { CompletionLog } from './completion-log.ts';

/** What answers the routes of a coordinator. */
export type ControlHandlers = Handlers & {
  /** What the answers to heartbeats give pieces of. */
  readonly log: Pick<CompletionLog, 'tail'>;
  /** The connection of a waiting lease request broke. */
  withdraw(request: LeaseRequest): void;
};

/** What is known of a job before its coordinator is. */
export interface JobOutline {
  readonly job: JobStatus['job'];
  readonly program: string;
  /** Where the parts will be. */
  readonly output: string;
}

/** Why a job failed before it began. */
export type EarlyFailure = NonNullable<JobStatus['error']>;

/**
 * Answers in place of a coordinator that is not there yet, or never will be: the status, and to all
 * else that it is not ready. Workers ask again. A status that is waited for is answered once `until`
 * has settled.
 */
export function standIn(
  outline: JobOutline,
  { clock, until }: { readonly clock: Clock; readonly until: Promise<unknown> },
  failure?: EarlyFailure,
): ControlHandlers {
  const began = clock.now();
  const replaced = new AbortController();
  const replace = () => replaced.abort();
  until.then(replace, replace);
  const refuse = () =>
    Promise.reject(
      new ServiceError('NOT_READY', failure?.cause.message ?? 'the job is still being prepared'),
    );
  const refusals = Object.fromEntries(Object.keys(routes).map((name) => [name, refuse]));
  return {
    ...(refusals as unknown as Handlers),
    status: async ({ after, waitMs }) => {
      const status = statusOf(outline, failure, clock.now() - began);
      if (failure === undefined && after >= status.version) {
        await sleep(clock, waitMs, replaced.signal);
      }
      return status;
    },
    log: new CompletionLog(),
    withdraw: () => undefined,
  };
}

const noTasks = { total: 0, idle: 0, inProgress: 0, completed: 0 };

function statusOf(
  { job, program, output }: JobOutline,
  failure: EarlyFailure | undefined,
  elapsedMs: number,
): JobStatus {
  return {
    version: failure === undefined ? 1 : 2,
    ...{ job, program, output, elapsedMs },
    state: failure === undefined ? 'running' : 'failed',
    phase: 'describe',
    phaseMs: { describe: elapsedMs },
    maps: noTasks,
    reduces: noTasks,
    inputs: { count: 0, bytes: 0 },
    progress: {
      ...{ bytesRead: 0, recordsRead: 0, recordsSkipped: 0, recordsShuffled: 0 },
      ...{ bytesShuffled: 0, recordsWritten: 0, bytesWritten: 0 },
    },
    attempts: {
      ...{ started: 0, failed: 0, lost: 0, backup: 0, fetchFailures: 0 },
      ...{ moved: 0, rerunAhead: 0 },
    },
    workers: [],
    workersTotal: 0,
    counters: {},
    ...(failure && { error: failure }),
  };
}
