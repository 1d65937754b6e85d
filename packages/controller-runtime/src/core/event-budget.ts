import type { Clock } from '@mapreduce/service';

/** How many events of one object may come at once, and how soon there may be another then. */
const burst = 25;
const refillMs = 300_000;
/** Objects whose budgets are remembered; the least recently seen is forgotten. */
const maxObjects = 4_096;

/** Keeps an object that changes its mind all the time from flooding the API server. */
export class EventBudget {
  readonly #clock: Clock;
  readonly #spent = new Map<string, { readonly tokens: number; readonly at: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether the object may have one more event; if so it is taken off. */
  take(uid: string): boolean {
    const now = this.#clock.now();
    const before = this.#spent.get(uid) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, before.tokens + (now - before.at) / refillMs);
    const isLeft = tokens >= 1;
    this.#spent.delete(uid);
    this.#spent.set(uid, { tokens: isLeft ? tokens - 1 : tokens, at: now });
    const [oldest] = this.#spent.keys();
    if (this.#spent.size > maxObjects && oldest !== undefined) this.#spent.delete(oldest);
    return isLeft;
  }
}
