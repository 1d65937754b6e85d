import {
  ServiceError,
  type AttemptId,
  type Epoch,
  type Incarnation,
  type Plan,
  type RegisterResponse,
  type RequestOf,
  type ResponseOf,
  type RouteName,
} from '@mapreduce/protocol';
import type { Attempt } from './attempts/attempt.ts';
import type { CoordinatorClient } from './coordinator-client.ts';
import { CancelledError, CoordinatorLostError } from './errors.ts';
import type { ExecutorPool } from './executor-pool.ts';
import type { HeldOutputs } from './held-outputs.ts';
import type { WorkerOptions, WorkerPorts } from './ports.ts';
import { CompletionLog } from './shuffle/completion-log.ts';
import type { Semaphore } from './semaphore.ts';
import type { SegmentStore } from './shuffle/segment-store.ts';
import { Bell, rungOrAfter } from './wait.ts';

/** What outlives a session: a worker has one, whatever becomes of its coordinator. */
export interface Worker {
  readonly ports: WorkerPorts;
  readonly options: WorkerOptions;
  readonly client: CoordinatorClient;
  readonly pool: ExecutorPool;
  readonly held: HeldOutputs;
  readonly store: SegmentStore;
  /** Bounds how many holders this worker fetches from at once. */
  readonly fetches: Semaphore;
}

/**
 * How a session ends: the job has ended; the worker is told to go; or the coordinator is another
 * one (`wrongEpoch`), or takes this worker for dead (`unknownWorker`).
 */
export type SessionEnd = 'ended' | 'left' | 'wrongEpoch' | 'unknownWorker';

/** Every message after registration carries these. */
interface Sender {
  readonly incarnation: Incarnation;
  readonly epoch: Epoch;
}

type SenderRoute = {
  [R in RouteName]: RequestOf<R> extends Sender ? R : never;
}[RouteName];

/** Bounds one try of an ordinary call. */
const callTimeoutMs = 10_000;

/** One registration with one life of the coordinator, and the attempts leased under it. */
export class Session {
  readonly worker: Worker;
  readonly incarnation: Incarnation;
  readonly registration: RegisterResponse;
  readonly log = new CompletionLog();
  readonly attempts = new Map<AttemptId, Attempt>();
  readonly #hurried = new Bell();
  #isHurried = false;
  /** What executors must know beside their tasks; here once the job is planned. */
  plan: Plan | undefined;
  readonly #controller = new AbortController();
  readonly #end = Promise.withResolvers<SessionEnd>();

  constructor(worker: Worker, incarnation: Incarnation, registration: RegisterResponse) {
    this.worker = worker;
    this.incarnation = incarnation;
    this.registration = registration;
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
    this.#stop(how === 'ended' || how === 'left');
  }

  /** The worker cannot go on. */
  fail(error: unknown): void {
    this.#end.reject(error);
    this.#stop(true);
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
   * coordinator is another one, or does not know this worker, the session ends.
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

  #stop(forGood: boolean): void {
    // First, or each attempt that is cancelled would start a new executor.
    if (forGood) this.worker.pool.close();
    this.#controller.abort();
    for (const attempt of this.attempts.values()) attempt.cancel();
  }
}
