import type { Counters } from '@mapreduce/protocol';

/** Names beyond it are dropped: a job's counters travel with every status. */
const maxCounters = 1_000;

/** Sums of the program's counters over tasks. */
export class CounterTotals {
  readonly #totals = new Map<string, number>();

  add(counters: Counters): void {
    for (const [name, value] of Object.entries(counters)) {
      const total = this.#totals.get(name);
      if (total !== undefined) this.#totals.set(name, total + value);
      else if (this.#totals.size < maxCounters) this.#totals.set(name, value);
    }
  }

  /** In name order. */
  toJSON(): Counters {
    return Object.fromEntries([...this.#totals].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
