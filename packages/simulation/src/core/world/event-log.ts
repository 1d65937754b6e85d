import type { Digest, Hash } from '@mapreduce/service';

const encoder = new TextEncoder();

/** What the last events were is kept, for whoever looks at a failure. */
const tailLength = 400;

/**
 * What happened, in order: one line an event. Two runs of one seed must have the same lines, and so
 * the same hash.
 */
export class EventLog {
  readonly #hash: Hash;
  readonly #now: () => number;
  readonly #tail: string[] = [];
  #count = 0;

  constructor(digest: Digest, now: () => number) {
    this.#hash = digest.start();
    this.#now = now;
  }

  /** `who` is a process or the world; `what` must not depend on anything but the seed. */
  add(who: string, what: string): void {
    const line = `${this.#now().toFixed(3)} ${who} ${what}`;
    this.#hash.update(encoder.encode(`${line}\n`));
    this.#count += 1;
    this.#tail.push(line);
    if (this.#tail.length >= 2 * tailLength) this.#tail.splice(0, tailLength);
  }

  get count(): number {
    return this.#count;
  }

  /** The last few hundred lines. */
  get tail(): readonly string[] {
    return this.#tail.slice(-tailLength);
  }

  /** The hash over all lines, in hex. Ends the log. */
  finish(): string {
    const digest = this.#hash.digest();
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }
}
