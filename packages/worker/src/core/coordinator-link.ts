import type { Incarnation, RegisterResponse, RequestOf, ResponseOf } from '@mapreduce/protocol';
import type { OutputLog } from './data-plane.ts';
import { CancelledError } from './errors.ts';
import type { Sender, SenderRoute, Session } from './session.ts';
import { Bell, throwIfAborted, unlessAborted } from './wait.ts';

/**
 * By which attempts speak to the coordinator. An attempt outlives a session: what it asks in one
 * that ends, it asks again in the next, of another life of the coordinator.
 */
export class CoordinatorLink {
  #latest: Session | undefined;
  readonly #changed = new Bell();
  #isClosed = false;

  /** A session has begun. */
  open(session: Session): void {
    this.#latest = session;
    this.#changed.ring();
  }

  /** There will be no other session. */
  close(): void {
    this.#isClosed = true;
    this.#changed.ring();
  }

  /**
   * The session of the moment, or the next one. Throws `CancelledError` once the signal aborts, or
   * where there will be none.
   */
  async session(signal: AbortSignal): Promise<Session> {
    for (;;) {
      throwIfAborted(signal);
      if (this.#isClosed) throw new CancelledError();
      if (this.#latest?.signal.aborted === false) return this.#latest;
      await unlessAborted(this.#changed.rung(), signal);
    }
  }

  /** Calls the coordinator, in one session after the other, until one answers. */
  async call<R extends SenderRoute>(
    route: R,
    request: () => Omit<RequestOf<R>, keyof Sender>,
    signal: AbortSignal,
  ): Promise<ResponseOf<R>> {
    for (;;) {
      const session = await this.session(signal);
      const answer = await session.tryCall(route, request, signal);
      if (answer !== undefined) return answer;
    }
  }

  /** As far as it is known: while there is no session, that of the last one. */
  get log(): OutputLog {
    return this.#last.log;
  }

  /** Of the last session. */
  get registration(): RegisterResponse {
    return this.#last.registration;
  }

  get incarnation(): Incarnation {
    return this.#last.incarnation;
  }

  /** Asks for a heartbeat at once: something newer is waited for. */
  hurry(): void {
    this.#latest?.hurry();
  }

  get #last(): Session {
    if (this.#latest === undefined) throw new Error('no session has begun');
    return this.#latest;
  }
}
