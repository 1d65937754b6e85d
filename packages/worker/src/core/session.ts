import {
  ServiceError,
  type AttemptId,
  type Epoch,
  type Incarnation,
  type RegisterResponse,
  type RequestOf,
  type ResponseOf,
  type RouteName,
} from '@mapreduce/protocol';
import { realDataPlane, type OutputLog } from './data-plane.ts';
import { CancelledError, CoordinatorLostError } from './errors.ts';
import { Bell, rungOrAfter, throwIfAborted, withEither } from './wait.ts';
import type { Worker } from './worker.ts';

/**
 * How a session ends: the job has ended; the worker is told to go; or the coordinator is another
 * one (`wrongEpoch`), or takes this worker for dead (`unknownWorker`).
 */
export type SessionEnd = 'ended' | 'left' | 'wrongEpoch' | 'unknownWorker';

/** Every message after registration carries these. */
export interface Sender {
  readonly incarnation: Incarnation;
  readonly epoch: Epoch;
}

export type SenderRoute = {
  [R in RouteName]: RequestOf<R> extends Sender ? R : never;
}[RouteName];

/** Bounds one try of an ordinary call. */
const callTimeoutMs = 10_000;

/** A registration that a coordinator has answered. */
export interface Registration {
  readonly answer: RegisterResponse;
  /** Map attempts whose outputs it was offered: they need no other report. */
  readonly offered: ReadonlySet<AttemptId>;
  /** The coordinator was told with it that the worker is to leave. */
  readonly isLeaving: boolean;
}

/** One registration with one life of the coordinator. */
export class Session {
  readonly worker: Worker;
  readonly incarnation: Incarnation;
  readonly registration: RegisterResponse;
  readonly offered: ReadonlySet<AttemptId>;
  /** The coordinator was told with the registration that the worker is to leave. */
  readonly isLeaving: boolean;
  /** A new coordinator numbers its events anew. */
  readonly log: OutputLog;
  readonly #hurried = new Bell();
  #isHurried = false;
  readonly #controller = new AbortController();
  readonly #end = Promise.withResolvers<SessionEnd>();

  constructor(worker: Worker, incarnation: Incarnation, registration: Registration) {
    const { answer, offered, isLeaving } = registration;
    this.worker = worker;
    this.incarnation = incarnation;
    this.registration = answer;
    this.offered = offered;
    this.isLeaving = isLeaving;
    this.log = (worker.ports.dataPlane ?? realDataPlane).newLog();
  }

  /** Aborts when the session ends. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Resolves when the session ends; rejects where the worker cannot go on. */
  get over(): Promise<SessionEnd> {
    return this.#end.promise;
  }

  end(how: SessionEnd): void {
    this.#end.resolve(how);
    this.#controller.abort();
  }

  /** The worker cannot go on. */
  fail(error: unknown): void {
    this.#end.reject(error);
    this.#controller.abort();
  }

  /** Asks for a heartbeat at once: something newer is waited for. */
  hurry(): void {
    this.#isHurried = true;
    this.#hurried.ring();
  }

  /** Resolves after `ms`, or when hurried since it last resolved, or when the session ends. */
  async nextBeat(ms: number): Promise<void> {
    const { clock } = this.worker.ports;
    if (!this.#isHurried) await rungOrAfter(this.#hurried, clock, ms, this.signal);
    this.#isHurried = false;
  }

  /**
   * Calls the coordinator, again and again until it answers. Where the answer is that the
   * coordinator is another one, or does not know this worker, the session ends. Throws
   * `CancelledError` when it has ended.
   */
  async call<R extends SenderRoute>(
    route: R,
    request: () => Omit<RequestOf<R>, keyof Sender>,
    signal: AbortSignal = this.signal,
    timeoutMs = callTimeoutMs,
  ): Promise<ResponseOf<R>> {
    const sender: Sender = { incarnation: this.incarnation, epoch: this.registration.epoch };
    try {
      return await this.worker.client.call(
        route,
        () => ({ ...sender, ...request() }) as unknown as RequestOf<R>,
        { timeoutMs, signal },
      );
    } catch (error) {
      throw this.#judge(error);
    }
  }

  /**
   * The same for an attempt, which may go on in another session: nothing where this one ended
   * before the answer came. Throws `CancelledError` once `signal` aborts.
   */
  async tryCall<R extends SenderRoute>(
    route: R,
    request: () => Omit<RequestOf<R>, keyof Sender>,
    signal: AbortSignal,
  ): Promise<ResponseOf<R> | undefined> {
    try {
      return await withEither(signal, this.signal, (either) => this.call(route, request, either));
    } catch (error) {
      throwIfAborted(signal);
      if (error instanceof CancelledError && this.signal.aborted) return undefined;
      throw error;
    }
  }

  #judge(error: unknown): unknown {
    if (error instanceof CoordinatorLostError) {
      this.fail(error);
      return new CancelledError();
    }
    if (!(error instanceof ServiceError)) return error;
    if (error.code === 'WRONG_EPOCH') this.end('wrongEpoch');
    else if (error.code === 'UNKNOWN_WORKER') this.end('unknownWorker');
    else return error;
    return new CancelledError();
  }
}
