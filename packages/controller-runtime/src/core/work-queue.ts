import type { Clock, Random, Timer } from '@mapreduce/service';
import { backoffMs, type BackoffSettings } from './backoff.ts';
import type { QueueMetrics, QueueState, RuntimeMetrics } from './metrics.ts';

export interface WorkQueueOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: RuntimeMetrics;
  /** How a key that keeps failing is put off. */
  readonly backoff: BackoffSettings;
}

interface Appointment {
  readonly at: number;
  readonly timer: Timer;
}

/**
 * Keys that wait to be processed, first in, first out. A key is in the queue once at most, and is
 * never processed twice at once: what is added while it is being processed comes back afterwards.
 */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #backoff: BackoffSettings;
  readonly #metrics: QueueMetrics;
  /** Keys in the order in which they came, with the time; a Map, as both ends are O(1). */
  readonly #waiting = new Map<string, number>();
  readonly #processing = new Map<string, number>();
  /** Keys that were added while they were being processed. */
  readonly #again = new Set<string>();
  readonly #appointments = new Map<string, Appointment>();
  readonly #failures = new Map<string, number>();
  readonly #takers: ((key: string | undefined) => void)[] = [];
  #closed = false;

  constructor({ name, clock, random, metrics, backoff }: WorkQueueOptions) {
    this.#clock = clock;
    this.#random = random;
    this.#backoff = backoff;
    this.#metrics = metrics.queue(name, () => this.state());
  }

  add(key: string): void {
    if (this.#closed || this.#waiting.has(key) || this.#again.has(key)) return;
    this.#metrics.added();
    if (this.#processing.has(key)) this.#again.add(key);
    else this.#enqueue(key);
  }

  /** Adds the key after `ms`, or at an earlier appointment that it has already. */
  addAfter(key: string, ms: number): void {
    if (this.#closed) return;
    if (ms <= 0) {
      this.add(key);
      return;
    }
    const at = this.#clock.now() + ms;
    const earlier = this.#appointments.get(key);
    if (earlier !== undefined && earlier.at <= at) return;
    earlier?.timer.cancel();
    const timer = this.#clock.after(ms, () => {
      this.#appointments.delete(key);
      this.add(key);
    });
    this.#appointments.set(key, { at, timer });
  }

  /** Adds the key after a delay that doubles each time until it is forgotten. Returns the delay, in ms. */
  addRateLimited(key: string): number {
    const failures = this.failures(key) + 1;
    this.#failures.set(key, failures);
    this.#metrics.retried();
    const delay = backoffMs(this.#backoff, failures, this.#random);
    this.addAfter(key, delay);
    return delay;
  }

  /** How often the key was added by `addRateLimited` since it was last forgotten. */
  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  /** The key has done well: its next delay is the shortest again. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /**
   * The next key, once there is one; undefined once the queue is closed. An appointment of the key
   * is dropped: what is processed now looks at everything, and makes a new one if it needs one.
   */
  take(): Promise<string | undefined> {
    const next = this.#waiting.keys().next();
    if (this.#closed) return Promise.resolve(undefined);
    if (next.done !== true) {
      this.#start(next.value);
      return Promise.resolve(next.value);
    }
    return new Promise((resolve) => this.#takers.push(resolve));
  }

  /** Every key that was taken is given back by it, whatever became of it. */
  done(key: string): void {
    const since = this.#processing.get(key);
    if (since === undefined) throw new TypeError(`${key} is not being processed`);
    this.#processing.delete(key);
    this.#metrics.finished((this.#clock.now() - since) / 1_000);
    if (this.#again.delete(key) && !this.#closed) this.#enqueue(key);
  }

  /** Nothing is added or taken any more; what is being processed can still be given back. */
  close(): void {
    this.#closed = true;
    for (const { timer } of this.#appointments.values()) timer.cancel();
    this.#appointments.clear();
    this.#waiting.clear();
    this.#again.clear();
    for (const taker of this.#takers.splice(0)) taker(undefined);
  }

  state(): QueueState {
    const now = this.#clock.now();
    let unfinished = 0;
    let longest = 0;
    for (const since of this.#processing.values()) {
      unfinished += now - since;
      longest = Math.max(longest, now - since);
    }
    return {
      depth: this.#waiting.size,
      unfinishedSeconds: unfinished / 1_000,
      longestRunningSeconds: longest / 1_000,
    };
  }

  #enqueue(key: string): void {
    this.#waiting.set(key, this.#clock.now());
    const taker = this.#takers.shift();
    if (taker === undefined) return;
    this.#start(key);
    taker(key);
  }

  #start(key: string): void {
    const now = this.#clock.now();
    this.#metrics.started((now - (this.#waiting.get(key) ?? now)) / 1_000);
    this.#waiting.delete(key);
    this.#processing.set(key, now);
    this.#appointments.get(key)?.timer.cancel();
    this.#appointments.delete(key);
  }
}
