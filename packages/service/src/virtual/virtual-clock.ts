import type { Clock, Timer } from '../ports/clock.ts';
import { settle } from './settle.ts';

interface Entry {
  readonly at: number;
  /** Timers of one moment fire in the order in which they were set. */
  readonly order: number;
  readonly task: () => void;
  cancelled: boolean;
}

/** Time that moves only when told. Between two timers every promise goes on as far as it can. */
export class VirtualClock implements Clock {
  /** A binary heap, soonest first. */
  readonly #heap: Entry[] = [];
  readonly #wallAtZero: number;
  #now = 0;
  #set = 0;
  #pending = 0;

  constructor(options: { readonly wall?: number } = {}) {
    this.#wallAtZero = options.wall ?? Date.UTC(2030, 0, 1);
  }

  now(): number {
    return this.#now;
  }

  wall(): number {
    return this.#wallAtZero + this.#now;
  }

  after(ms: number, task: () => void): Timer {
    const entry = { at: this.#now + Math.max(0, ms), order: this.#set++, task, cancelled: false };
    this.#pending += 1;
    this.#push(entry);
    return {
      cancel: () => {
        if (!entry.cancelled) this.#pending -= 1;
        entry.cancelled = true;
      },
    };
  }

  /** Timers that are set and neither fired nor cancelled. */
  get pending(): number {
    return this.#pending;
  }

  /** When the next timer is due; undefined without one. */
  get next(): number | undefined {
    this.#dropCancelled();
    return this.#heap[0]?.at;
  }

  /** Moves to the next timer and fires it; false without one. Promises are not waited for. */
  fireNext(): boolean {
    this.#dropCancelled();
    const entry = this.#pop();
    if (entry === undefined) return false;
    this.#now = Math.max(this.#now, entry.at);
    entry.cancelled = true;
    this.#pending -= 1;
    entry.task();
    return true;
  }

  /** Lets `ms` pass: fires what becomes due, in order, and lets promises go on in between. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    while ((this.next ?? Infinity) <= end) {
      this.fireNext();
      await settle();
    }
    this.#now = end;
  }

  /** Advances timer by timer until `done()`; throws if nothing is left to wait for, or at `limitMs`. */
  async runUntil(done: () => boolean, limitMs = 3_600_000): Promise<void> {
    const end = this.#now + limitMs;
    await settle();
    while (!done()) {
      const next = this.next;
      if (next === undefined) throw new Error('nothing is left to wait for');
      if (next > end) throw new Error(`not done after ${limitMs} ms of virtual time`);
      this.fireNext();
      await settle();
    }
  }

  #dropCancelled(): void {
    while (this.#heap[0]?.cancelled === true) this.#pop();
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Entry;
      if (!before(entry, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): Entry | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return top;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Entry, heap[child] as Entry))
        child += 1;
      const below = heap[child] as Entry;
      if (!before(below, last)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = last;
    return top;
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
