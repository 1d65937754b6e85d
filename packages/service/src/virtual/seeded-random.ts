import type { Random } from '../ports/random.ts';

/**
 * Randomness that a seed determines: SplitMix32 (Steele, Lea, Flood 2014, with the 32-bit constants
 * of Stafford's mix). For tests and simulation; never for secrets.
 */
export class SeededRandom implements Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** An integer in [0, 2^32). */
  uint32(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  }

  float(): number {
    return this.uint32() / 2 ** 32;
  }

  hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += this.uint32().toString(16).padStart(8, '0');
    return text.slice(0, digits);
  }

  /** An integer in [low, high], both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.float() * (high - low + 1));
  }

  /** True with that probability. */
  chance(probability: number): boolean {
    return this.float() < probability;
  }

  /** One of them; throws if there is none. */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('nothing to pick from');
    return items[this.integer(0, items.length - 1)] as T;
  }

  /** A source of its own, so that more draws in one place do not change those in another. */
  fork(): SeededRandom {
    return new SeededRandom(this.uint32());
  }
}
