import type { AttemptId, Lease, Plan } from '@mapreduce/protocol';
import type { Worker } from '../worker.ts';
import { Attempt } from './attempt.ts';
import { runAttempt } from './run-attempt.ts';

/** The attempts that a worker runs. They are the worker's: a change of coordinator stops none. */
export class RunningAttempts {
  readonly #running = new Map<AttemptId, { readonly attempt: Attempt; over: Promise<void> }>();

  /** Starts a leased attempt, unless it runs already. */
  start(worker: Worker, lease: Lease, plan: Plan | undefined): void {
    if (this.#running.has(lease.attempt)) return;
    const attempt = new Attempt(lease, plan, worker.options.directory);
    const entry = { attempt, over: Promise.resolve() };
    this.#running.set(attempt.id, entry);
    entry.over = runAttempt(worker, attempt).finally(() => this.#running.delete(attempt.id));
  }

  /** In the order in which they were leased. */
  all(): Attempt[] {
    return Array.from(this.#running.values(), ({ attempt }) => attempt);
  }

  /**
   * The coordinator says that the attempt can no longer win. A map that has made its output tells of it all
   * the same: where it differs from what has won, that is to be known.
   */
  cancel(id: AttemptId): void {
    const attempt = this.#running.get(id)?.attempt;
    if (attempt?.isMade === false) attempt.cancel();
  }

  /** Cancels all but those that `spared` names; resolves when the others are over. */
  async cancelAll(spared: (attempt: AttemptId) => boolean): Promise<void> {
    const stopped = [...this.#running.values()].filter(({ attempt }) => !spared(attempt.id));
    for (const { attempt } of stopped) attempt.cancel();
    await Promise.all(stopped.map(({ over }) => over));
  }
}
