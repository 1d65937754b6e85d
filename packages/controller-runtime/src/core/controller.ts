import type { Clock, Log, Random } from '@mapreduce/service';
import { ApiError, isConflict } from '../api/error.ts';
import { controllerOf, formatKey, keyOf, parseKey } from '../api/object.ts';
import type { KubeObject, ObjectKey } from '../api/object.ts';
import { apiVersionOf, type Resource } from '../api/resource.ts';
import { aborted, withDeadline, within } from './abort.ts';
import type { BackoffSettings } from './backoff.ts';
import { messageOf } from './errors.ts';
import type { Informer } from './informer.ts';
import type { ControllerMetrics, ReconcileOutcome, RuntimeMetrics } from './metrics.ts';
import { WorkQueue } from './work-queue.ts';

/** What a reconcile has come to. A fault is thrown: the key comes back after a growing delay. */
export type ReconcileResult =
  | { readonly kind: 'done' }
  /** Look again after so long, even if nothing changes. */
  | { readonly kind: 'requeueAfter'; readonly ms: number };

export const done: ReconcileResult = { kind: 'done' };
export const requeueAfter = (ms: number): ReconcileResult => ({ kind: 'requeueAfter', ms });

/**
 * Brings the world to what the object asks for. Called with the key alone: what there is, is read anew
 * each time. `signal` is aborted when its time is up or the controller stops at once.
 */
export type Reconcile = (key: ObjectKey, signal: AbortSignal) => Promise<ReconcileResult>;

export interface ControllerSettings {
  /** How many keys are reconciled at a time. */
  readonly workers: number;
  /** A reconcile that takes longer is told to end, and counts as failed. */
  readonly reconcileTimeoutMs: number;
  /** When the controller ends, reconciles under way have so long until they are told to end. */
  readonly graceMs: number;
  readonly backoff: BackoffSettings;
}

export const defaultControllerSettings: ControllerSettings = {
  workers: 4,
  reconcileTimeoutMs: 120_000,
  graceMs: 5_000,
  backoff: { baseMs: 10, maxMs: 300_000 },
};

export interface ControllerOptions {
  /** In logs and metrics. */
  readonly name: string;
  readonly reconcile: Reconcile;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: RuntimeMetrics;
  readonly settings?: Partial<ControllerSettings>;
}

/** Reconciles keys that its informers' objects lead to, several at a time, none twice at once. */
export class Controller {
  readonly name: string;
  readonly queue: WorkQueue;
  readonly #options: ControllerOptions;
  readonly #settings: ControllerSettings;
  readonly #metrics: ControllerMetrics;
  #active = 0;

  constructor(options: ControllerOptions) {
    const { name, clock, random, metrics } = options;
    this.name = name;
    this.#options = options;
    this.#settings = { ...defaultControllerSettings, ...options.settings };
    const { backoff, workers } = this.#settings;
    this.queue = new WorkQueue({ name, clock, random, metrics, backoff });
    this.#metrics = metrics.controller(name, workers);
  }

  enqueue(key: ObjectKey): void {
    this.queue.add(formatKey(key));
  }

  /**
   * Reconciles the keys that an object leads to (by default its own) whenever it changes; of an
   * update, those of both states.
   */
  watches<T extends KubeObject>(
    informer: Informer<T>,
    keysOf: (object: T) => readonly ObjectKey[] = (object) => [keyOf(object)],
  ): this {
    const enqueue = (object: T) => {
      for (const key of keysOf(object)) this.enqueue(key);
    };
    informer.cache.addHandler({
      added: enqueue,
      updated: (before, after) => {
        enqueue(before);
        enqueue(after);
      },
      deleted: enqueue,
    });
    return this;
  }

  /** Reconciles the object of this resource that controls an object, whenever that one changes. */
  owns<T extends KubeObject>(informer: Informer<T>, owner: Resource): this {
    const apiVersion = apiVersionOf(owner);
    return this.watches(informer, (object) => {
      const reference = controllerOf(object);
      if (reference?.kind !== owner.kind || reference.apiVersion !== apiVersion) return [];
      const { namespace } = object.metadata;
      const { name } = reference;
      return [owner.namespaced && namespace !== undefined ? { namespace, name } : { name }];
    });
  }

  /**
   * Resolves after the signal is aborted, when the reconciles under way have ended, or have not
   * although they were told to.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, name, log } = this.#options;
    const { workers, graceMs } = this.#settings;
    const stop = new AbortController();
    const working = Promise.all(Array.from({ length: workers }, () => this.#work(stop.signal)));
    // At once, so that nothing that is added meanwhile is begun.
    signal.addEventListener('abort', () => this.queue.close(), { once: true });
    if (signal.aborted) this.queue.close();
    await aborted(signal);
    await within(clock, graceMs, working);
    stop.abort();
    await within(clock, lastGraceMs, working);
    if (this.#active > 0)
      log.error('reconciles do not end', { controller: name, count: this.#active });
  }

  async #work(stop: AbortSignal): Promise<void> {
    for (;;) {
      const key = await this.queue.take();
      if (key === undefined) return;
      this.#metrics.workers((this.#active += 1));
      await this.#process(key, stop);
      this.queue.done(key);
      this.#metrics.workers((this.#active -= 1));
    }
  }

  async #process(key: string, stop: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const began = clock.now();
    const outcome = await this.#reconcile(key, stop).then(
      (result) => this.#succeeded(key, result),
      (error: unknown) => this.#failed(key, error),
    );
    this.#metrics.reconciled(outcome, (clock.now() - began) / 1_000);
  }

  async #reconcile(key: string, stop: AbortSignal): Promise<ReconcileResult> {
    const { clock, reconcile } = this.#options;
    const { reconcileTimeoutMs } = this.#settings;
    return withDeadline(clock, reconcileTimeoutMs, stop, async (signal) => {
      const result = await reconcile(parseKey(key), signal);
      if (!signal.aborted || stop.aborted) return result;
      throw new Error(`the reconcile took longer than ${reconcileTimeoutMs} ms`);
    });
  }

  #succeeded(key: string, result: ReconcileResult): ReconcileOutcome {
    this.queue.forget(key);
    if (result.kind === 'done') return 'success';
    this.queue.addAfter(key, result.ms);
    return 'requeue_after';
  }

  #failed(key: string, error: unknown): ReconcileOutcome {
    const delay = this.queue.addRateLimited(key);
    const fields = {
      controller: this.name,
      key,
      error: messageOf(error),
      failures: this.queue.failures(key),
      retryInMs: Math.round(delay),
    };
    // Others write the same objects: to look again is all there is to do.
    if (isConflict(error)) {
      this.#options.log.debug('reconcile met a conflict', fields);
      return 'requeue';
    }
    const stack = error instanceof ApiError || !(error instanceof Error) ? undefined : error.stack;
    this.#options.log.warn('reconcile failed', { ...fields, stack });
    return 'error';
  }
}

/** After a reconcile was told to end, the process waits no longer than this for it. */
const lastGraceMs = 1_000;
