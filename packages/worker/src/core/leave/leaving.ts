import type { Clock, Timer } from '@mapreduce/service';

/** Whether a worker is to leave, and until when it may stay for that. */
export class Leaving {
  readonly #clock: Clock;
  readonly #begun = Promise.withResolvers<undefined>();
  #deadline: number | undefined;
  #timer: Timer | undefined;
  #isRelieved = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The worker is to go, after `graceMs` at the latest: then `onOver` is called. Once only. */
  begin(graceMs: number, onOver: () => void): void {
    if (this.isBegun) return;
    this.#deadline = this.#clock.now() + graceMs;
    this.#timer = this.#clock.after(graceMs, onOver);
    this.#begun.resolve(undefined);
  }

  get isBegun(): boolean {
    return this.#deadline !== undefined;
  }

  /** Resolves once it is to go. */
  get begun(): Promise<void> {
    return this.#begun.promise;
  }

  /** Of the grace, in milliseconds. */
  get leftMs(): number {
    return Math.max(0, Math.round((this.#deadline ?? 0) - this.#clock.now()));
  }

  /** The coordinator has said that nothing is needed of the worker any more. */
  relieve(): void {
    this.#isRelieved = true;
  }

  get isRelieved(): boolean {
    return this.#isRelieved;
  }

  /** The worker has ended. */
  close(): void {
    this.#timer?.cancel();
  }
}
