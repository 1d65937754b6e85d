import type { Clock, Log, Random } from '@mapreduce/service';
import { controllerOf, formatKey, keyOf, parseKey } from '../api/object.ts';
import type { KubeObject, ObjectKey } from '../api/object.ts';
import { apiVersionOf, type Resource } from '../api/resource.ts';
import type { BackoffSettings } from './backoff.ts';
import type { Informer } from './informer.ts';
import type { ControllerMetrics, RuntimeMetrics } from './metrics.ts';
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
  readonly backoff: BackoffSettings;
}

export const defaultControllerSettings: ControllerSettings = {
  workers: 4,
  reconcileTimeoutMs: 120_000,
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

  /** Resolves when the signal is aborted and every reconcile that was under way has ended. */
  async run(signal: AbortSignal): Promise<void> {
    const close = () => this.queue.close();
    signal.addEventListener('abort', close, { once: true });
    if (signal.aborted) close();
    const workers = Array.from({ length: this.#settings.workers }, () => this.#work());
    await Promise.all(workers);
  }

  async #work(): Promise<void> {
    for (;;) {
      const key = await this.queue.take();
      if (key === undefined) return;
      this.#metrics.workers((this.#active += 1));
      try {
        await this.#process(key);
      } finally {
        this.queue.done(key);
        this.#metrics.workers((this.#active -= 1));
      }
    }
  }

  async #process(key: string): Promise<void> {
    const { clock, log, name } = this.#options;
    const began = clock.now();
    const seconds = () => (clock.now() - began) / 1_000;
    try {
      const result = await this.#reconcile(key);
      this.queue.forget(key);
      if (result.kind === 'requeueAfter') {
        this.queue.addAfter(key, result.ms);
        this.#metrics.reconciled('requeue_after', seconds());
      } else {
        this.#metrics.reconciled('success', seconds());
      }
    } catch (error) {
      this.#metrics.reconciled('error', seconds());
      const delay = this.queue.addRateLimited(key);
      const reason = error instanceof Error ? error.message : String(error);
      const fields = { controller: name, key, error: reason, failures: this.queue.failures(key) };
      log.warn('reconcile failed', { ...fields, retryInMs: Math.round(delay) });
    }
  }

  async #reconcile(key: string): Promise<ReconcileResult> {
    const { clock, reconcile } = this.#options;
    const { reconcileTimeoutMs } = this.#settings;
    const controller = new AbortController();
    const timer = clock.after(reconcileTimeoutMs, () => controller.abort());
    try {
      const result = await reconcile(parseKey(key), controller.signal);
      if (!controller.signal.aborted) return result;
    } finally {
      timer.cancel();
    }
    throw new Error(`the reconcile took longer than ${reconcileTimeoutMs} ms`);
  }
}
