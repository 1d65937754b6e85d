import type { LogEvent } from '@mapreduce/protocol';

/**
 * What reducers must know of the maps, numbered from 0. Events are shown once the journal has them,
 * so that nobody acts on what a crash could undo.
 */
export class CompletionLog {
  readonly #events: LogEvent[] = [];
  #released = 0;

  /** Returns how many events there are now: what `release` wants. */
  append(event: LogEvent): number {
    return this.#events.push(event);
  }

  /** The first `count` events are durable. */
  release(count: number): void {
    this.#released = Math.max(this.#released, count);
  }

  /** Whether all that has happened may be told. */
  get isDurable(): boolean {
    return this.#released === this.#events.length;
  }

  /** All events, told or not. */
  get appended(): number {
    return this.#events.length;
  }

  /** Events that may be told. */
  get length(): number {
    return this.#released;
  }

  /** Up to `limit` of the events from the one numbered `from` on. */
  tail(from: number, limit: number): LogEvent[] {
    return this.#events.slice(from, Math.min(this.#released, from + limit));
  }
}
