import type { AttemptId, TakeOver } from '@mapreduce/protocol';
import type { Worker } from '../worker.ts';
import { takeOver } from './take-over.ts';

/** Outputs that this worker takes over from workers that leave. */
export class TakeOvers {
  readonly #running = new Map<AttemptId, Promise<void>>();
  readonly #closed = new AbortController();

  /**
   * Takes over what the coordinator asks for, unless that is under way. What fails is asked for again
   * with the answer to the next heartbeat, as long as the coordinator sees a point in it.
   */
  start(worker: Worker, orders: readonly TakeOver[]): void {
    for (const order of orders) {
      const { attempt } = order;
      if (this.#closed.signal.aborted || this.#running.has(attempt)) continue;
      const work = worker.fetches
        .with(() => takeOver(worker, order, this.#closed.signal))
        .catch((error: unknown) => {
          if (this.#closed.signal.aborted) return;
          worker.ports.log.warn('output not taken over', { attempt, error: String(error) });
        })
        .finally(() => this.#running.delete(attempt));
      this.#running.set(attempt, work);
    }
  }

  /** Stops; resolves when nothing is written any more. */
  async close(): Promise<void> {
    this.#closed.abort();
    await Promise.all(this.#running.values());
  }
}
