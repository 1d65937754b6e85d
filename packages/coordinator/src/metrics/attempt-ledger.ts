import {
  parseAttemptId,
  type AttemptId,
  type FailureKind,
  type TaskKind,
} from '@mapreduce/protocol';
import type { LostReason, SchedulerCommand, SchedulerEvent } from '@mapreduce/scheduler';

/** How an attempt ended, and why if it did not succeed. */
export type AttemptEnd =
  | { readonly outcome: 'succeeded'; readonly reason: 'none' }
  | { readonly outcome: 'failed'; readonly reason: FailureKind }
  | { readonly outcome: 'lost'; readonly reason: 'worker-lost' | LostReason }
  | { readonly outcome: 'cancelled'; readonly reason: 'none' };

/** Told of each attempt when it is leased, and when it has ended. */
export interface AttemptListener {
  started(kind: TaskKind): void;
  ended(kind: TaskKind, end: AttemptEnd, isBackup: boolean): void;
}

interface Entry {
  readonly kind: TaskKind;
  readonly worker: string;
  readonly isBackup: boolean;
}

const completions: ReadonlySet<SchedulerEvent['kind']> = new Set([
  ...(['described', 'sampled', 'mapCompleted', 'reduceCommitted'] as const),
]);
const succeeded = { outcome: 'succeeded', reason: 'none' } as const;
const cancelled = { outcome: 'cancelled', reason: 'none' } as const;

/** Follows the scheduler's steps, and tells what becomes of every attempt. */
export class AttemptLedger {
  readonly #listener: AttemptListener;
  readonly #live = new Map<AttemptId, Entry>();

  constructor(listener: AttemptListener) {
    this.#listener = listener;
  }

  step(event: SchedulerEvent, commands: readonly SchedulerCommand[]): void {
    this.#event(event);
    for (const command of commands) this.#command(command);
  }

  #event(event: SchedulerEvent): void {
    const { kind } = event;
    if (kind === 'attemptFailed') {
      if (this.#live.get(event.attempt)?.worker !== event.worker) return;
      this.#end(event.attempt, { outcome: 'failed', reason: event.error.kind });
    } else if (kind === 'attemptResumed') {
      const parts = parseAttemptId(event.attempt);
      this.#live.set(event.attempt, { kind: parts.kind, worker: event.worker, isBackup: false });
    } else if (kind === 'workerLeft') {
      this.#endAll(event.worker, { outcome: 'lost', reason: 'worker-left' });
    } else if (kind === 'workerReplaced') {
      this.#endAll(event.worker, { outcome: 'lost', reason: 'worker-lost' });
    } else if (completions.has(kind)) {
      this.#end((event as { readonly attempt: AttemptId }).attempt, succeeded);
    }
  }

  #command(command: SchedulerCommand): void {
    if (command.kind === 'lease') {
      const { attempt, backup: isBackup, task, worker } = command;
      this.#live.set(attempt, { kind: task.kind, worker, isBackup });
      this.#listener.started(task.kind);
    } else if (command.kind === 'cancelAttempt') {
      const { attempt, lost } = command;
      this.#end(attempt, lost === undefined ? cancelled : { outcome: 'lost', reason: lost });
    } else if (command.kind === 'workerLost') {
      this.#endAll(command.worker, { outcome: 'lost', reason: 'worker-lost' });
    } else if (command.kind === 'jobFailed' || command.kind === 'jobCancelled') {
      for (const attempt of [...this.#live.keys()]) this.#end(attempt, cancelled);
    }
  }

  #end(attempt: AttemptId, end: AttemptEnd): void {
    const entry = this.#live.get(attempt);
    if (entry === undefined) return;
    this.#live.delete(attempt);
    this.#listener.ended(entry.kind, end, entry.isBackup);
  }

  #endAll(worker: string, end: AttemptEnd): void {
    for (const [attempt, entry] of [...this.#live]) {
      if (entry.worker === worker) this.#end(attempt, end);
    }
  }
}
