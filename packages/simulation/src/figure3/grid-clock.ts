import type { Clock, Timer } from '@mapreduce/service';
import { settle } from '@mapreduce/service/virtual';

/** All that happens falls on multiples of so many milliseconds. */
export const gridMs = 10;

interface Entry {
  task: (() => void) | undefined;
}

/**
 * Virtual time in steps. With thousands of workers, what happens within one step happens in one turn,
 * in the order in which it was set; so a turn of the event loop is paid for once a step, not once a
 * timer.
 */
export class GridClock implements Clock {
  /** By step: what is due then. */
  readonly #due = new Map<number, Entry[]>();
  #step = 0;
  #last = 0;

  now(): number {
    return this.#step * gridMs;
  }

  wall(): number {
    return this.now();
  }

  after(ms: number, task: () => void): Timer {
    const entry: Entry = { task };
    this.#at(ms).push(entry);
    return { cancel: () => void (entry.task = undefined) };
  }

  /** The same, never taken back. */
  tell(ms: number, task: () => void): void {
    this.#at(ms).push({ task });
  }

  /** Lets time pass until `done()`; false where nothing is left to happen before that. */
  async runUntil(done: () => boolean): Promise<boolean> {
    await settle();
    while (!done()) {
      if (this.#step > this.#last) return false;
      this.#step += 1;
      const entries = this.#due.get(this.#step);
      if (entries === undefined) continue;
      this.#due.delete(this.#step);
      for (const entry of entries) entry.task?.();
      await settle();
    }
    return true;
  }

  #at(ms: number): Entry[] {
    // At the next step at the earliest: nothing takes no time.
    const step = this.#step + Math.max(1, Math.ceil(ms / gridMs));
    this.#last = Math.max(this.#last, step);
    let entries = this.#due.get(step);
    if (entries === undefined) this.#due.set(step, (entries = []));
    return entries;
  }
}
