import type { AttemptId } from '@mapreduce/protocol';
import { sleep } from '@mapreduce/service';
import { CancelledError } from './errors.ts';
import type { Session } from './session.ts';
import { unlessAborted } from './wait.ts';

/** How long a request for leases waits at the coordinator. */
const waitMs = 10_000;
/** Beyond the wait, for the answer to arrive. */
const graceMs = 5_000;
/** An empty answer that came early is not asked for again at once. */
const pauseMs = 100;

/** Asks for tasks whenever slots are free, and starts what it is leased. */
export class LeaseLoop {
  readonly #session: Session;
  readonly #seen = new Set<AttemptId>();
  /** The id of the last request. */
  #latest = '';

  constructor(session: Session) {
    this.#session = session;
  }

  /** Returns when the session has ended, or the worker is to leave. */
  async run(): Promise<void> {
    const { signal, worker } = this.#session;
    try {
      while (!signal.aborted && !worker.leaving.isBegun) {
        const freed = worker.pool.freed.rung();
        const slots = worker.pool.free;
        // A slot that becomes free while the coordinator waits for a task is offered at once, by a
        // request that supersedes the waiting one; what that is still answered counts all the same.
        const poll = slots === 0 ? freed : Promise.race([this.#poll(slots), freed]);
        await unlessAborted(poll, signal);
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  async #poll(slots: number): Promise<void> {
    const { signal, worker } = this.#session;
    const { clock, random } = worker.ports;
    // One id for all tries: the coordinator answers a repeat as it answered the first.
    const request = { request: random.hex(32), slots, waitMs };
    this.#latest = request.request;
    const asked = clock.now();
    try {
      const answer = await this.#session.call('lease', () => request, signal, waitMs + graceMs);
      const isSuperseded = this.#latest !== request.request;
      if (answer.leases.length === 0 && !isSuperseded && clock.now() - asked < waitMs / 2) {
        // The job may be over: the heartbeat's answer says.
        this.#session.hurry();
        await sleep(clock, pauseMs, signal);
      }
      for (const lease of answer.leases) {
        if (this.#seen.has(lease.attempt) || signal.aborted) continue;
        this.#seen.add(lease.attempt);
        worker.attempts.start(worker, lease, answer.plan);
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (!(error instanceof CancelledError)) this.#session.fail(error);
  }
}
