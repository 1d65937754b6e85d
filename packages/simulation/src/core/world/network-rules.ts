import type { SeededRandom } from '@mapreduce/service/virtual';

/** What a rule does to a message on its way. */
export type LinkEffect =
  /** Nothing passes, and nobody is told. */
  | { readonly kind: 'block' }
  /** Later by `ms` and up to `spreadMs` more; later than the caller's patience, it still arrives. */
  | { readonly kind: 'delay'; readonly ms: number; readonly spreadMs: number }
  /** Lost with its connection, with that probability. */
  | { readonly kind: 'lose'; readonly chance: number }
  /** A request arrives twice, the second time so much later at most; its second answer is dropped. */
  | { readonly kind: 'duplicate'; readonly chance: number; readonly maxMs: number }
  /** The connection of a body breaks in the middle of it, with that probability. */
  | { readonly kind: 'cut'; readonly chance: number };

/** A disturbance of the links between some hosts. */
export interface LinkRule {
  readonly applies: (from: string, to: string) => boolean;
  readonly effect: LinkEffect;
  /** Told each time that it changes what becomes of a message. */
  readonly onStrike: () => void;
}

/** What becomes of one message. */
export type Passage =
  | { readonly kind: 'arrives'; readonly delayMs: number }
  | { readonly kind: 'blocked' }
  | { readonly kind: 'lost' };

/** All the disturbances of a network now. */
export class NetworkRules {
  readonly #random: SeededRandom;
  readonly #rules = new Set<LinkRule>();

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** Holds until the function that is returned is called. */
  add(rule: LinkRule): () => void {
    this.#rules.add(rule);
    return () => void this.#rules.delete(rule);
  }

  pass(from: string, to: string): Passage {
    let delayMs = 0;
    for (const rule of this.#rules) {
      if (!rule.applies(from, to)) continue;
      const { effect } = rule;
      if (effect.kind === 'block') {
        rule.onStrike();
        return { kind: 'blocked' };
      }
      if (effect.kind === 'lose' && this.#random.chance(effect.chance)) {
        rule.onStrike();
        return { kind: 'lost' };
      }
      if (effect.kind === 'delay') {
        rule.onStrike();
        delayMs += effect.ms + this.#random.float() * effect.spreadMs;
      }
    }
    return { kind: 'arrives', delayMs };
  }

  /** How much later a request arrives once more, if it does. */
  duplicate(from: string, to: string): number | undefined {
    for (const rule of this.#rules) {
      const { effect } = rule;
      if (effect.kind !== 'duplicate' || !rule.applies(from, to)) continue;
      if (!this.#random.chance(effect.chance)) continue;
      rule.onStrike();
      return this.#random.float() * effect.maxMs;
    }
    return undefined;
  }

  /** After how many bytes of a body its connection breaks, if it does. */
  cut(from: string, to: string, length: number): number | undefined {
    if (length === 0) return undefined;
    for (const rule of this.#rules) {
      const { effect } = rule;
      if (effect.kind !== 'cut' || !rule.applies(from, to)) continue;
      if (!this.#random.chance(effect.chance)) continue;
      rule.onStrike();
      return this.#random.integer(0, length - 1);
    }
    return undefined;
  }
}
