import type { Clock, Timer } from '@mapreduce/service';

/** Changes within so many milliseconds are told as one. */
const throttleMs = 100;

/** Numbers the states of the job, and tells those who wait for the next. */
export class StatusBoard {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  #version = 1;
  #changed = false;
  #raisedAt = -Infinity;
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get version(): number {
    return this.#version;
  }

  /** Something is different. Told at once if it has been quiet for a while. */
  change(): void {
    this.#changed = true;
    if (this.#waiting.size === 0 || this.#timer !== undefined) return;
    const quiet = this.#raisedAt + throttleMs - this.#clock.now();
    if (quiet <= 0) this.#raise();
    else {
      this.#timer = this.#clock.after(quiet, () => {
        this.#timer = undefined;
        this.#raise();
      });
    }
  }

  /** Something is different that people wait for: told at once. */
  announce(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#raise();
  }

  /** Resolves when the version is beyond `after`, or after `waitMs`. */
  beyond(after: number, waitMs: number): Promise<void> {
    if (this.#version > after) return Promise.resolve();
    const told = new Promise<void>((resolve) => {
      const done = () => {
        timer.cancel();
        this.#waiting.delete(done);
        resolve();
      };
      const timer = this.#clock.after(waitMs, done);
      this.#waiting.add(done);
    });
    // What changed while nobody waited counts now.
    if (this.#changed) this.change();
    return told;
  }

  #raise(): void {
    this.#changed = false;
    this.#version += 1;
    this.#raisedAt = this.#clock.now();
    for (const done of this.#waiting) done();
  }
}
