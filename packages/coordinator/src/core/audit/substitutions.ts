import type { DigestHex } from '@mapreduce/protocol';
import type { Digest } from '@mapreduce/service';
import { fromHex, toHex, type ConsumedException } from '@mapreduce/storage';
import { includes, type RootBook } from './root-book.ts';

/** So many combinations of older outputs are tried. */
export const maxCombinations = 2 ** 12;

/** Bytes of a sha256. */
const rootBytes = 32;

/** There are more combinations of older outputs than are tried. */
export class TooManyCombinationsError extends Error {
  override readonly name = 'TooManyCombinationsError';
}

/** Finds out which outputs a part has consumed, of maps that gave other records when they ran again. */
export class Substitutions {
  readonly #digest: Digest;
  readonly #roots: readonly DigestHex[];
  readonly #book: RootBook;
  /** The roots, as they are hashed: 4,096 hashes over 200,000 maps should take seconds. */
  readonly #bytes: Uint8Array;
  /** What would be consumed under each combination that was tried. */
  readonly #tried = new Map<DigestHex, readonly ConsumedException[]>();
  readonly #untried: Iterator<readonly ConsumedException[]>;

  /** `roots`: of the outputs that count now, by map. */
  constructor(digest: Digest, roots: readonly DigestHex[], book: RootBook) {
    this.#digest = digest;
    this.#roots = roots;
    this.#book = book;
    this.#bytes = new Uint8Array(roots.length * rootBytes);
    roots.forEach((root, map) => this.#put(map, root));
    this.#tried.set(this.#consumed([]), []);
    this.#untried = this.#combinations();
  }

  /**
   * Where a part has consumed other outputs than those that count, all of which are the same to its
   * partition; undefined where it has consumed anything else. Throws `TooManyCombinationsError` where
   * that cannot be found out.
   */
  exceptionsOf(partition: number, consumed: DigestHex): readonly ConsumedException[] | undefined {
    const exceptions = this.#find(consumed);
    const isSame = exceptions?.every(({ map, root }) => {
      const differing = this.#book.between(map, root, this.#roots[map] ?? '');
      return !includes(differing, partition);
    });
    return isSame === true ? exceptions : undefined;
  }

  #find(consumed: DigestHex): readonly ConsumedException[] | undefined {
    for (;;) {
      const found = this.#tried.get(consumed);
      if (found !== undefined) return found;
      const next = this.#untried.next();
      if (next.done === true) return undefined;
      this.#tried.set(this.#consumed(next.value), next.value);
    }
  }

  /** The digest of what is consumed with these exceptions (storage's `consumedWith`). */
  #consumed(exceptions: readonly ConsumedException[]): DigestHex {
    for (const { map, root } of exceptions) this.#put(map, root);
    const consumed = toHex(this.#digest.of(this.#bytes));
    for (const { map } of exceptions) this.#put(map, this.#roots[map] ?? '');
    return consumed;
  }

  #put(map: number, root: DigestHex): void {
    this.#bytes.set(fromHex(root), map * rootBytes);
  }

  *#combinations(): Generator<readonly ConsumedException[], void, undefined> {
    const choices = [...this.#book.maps()]
      .sort((a, b) => a - b)
      .map((map) => this.#alternatives(map))
      .filter((alternatives) => alternatives.length > 0);
    const count = choices.reduce((product, { length }) => product * (length + 1), 1);
    if (count > maxCombinations) {
      throw new TooManyCombinationsError(
        `${choices.length} maps gave other records when they ran again: more than can be told apart`,
      );
    }
    for (let number = 1; number < count; number++) yield combination(choices, number);
  }

  /** Older outputs of a map that may be the same to some partition. */
  #alternatives(map: number): ConsumedException[] {
    const current = this.#roots[map];
    if (current === undefined) return [];
    return this.#book
      .others(map, current)
      .filter((root) => this.#book.between(map, root, current) !== 'all')
      .map((root) => ({ map, root }));
  }
}

/** The `number`th way to take one or none of each: a number in a mixed base. */
function combination(
  choices: readonly (readonly ConsumedException[])[],
  number: number,
): ConsumedException[] {
  const taken: ConsumedException[] = [];
  let rest = number;
  for (const alternatives of choices) {
    const base = alternatives.length + 1;
    const one = alternatives[(rest % base) - 1];
    if (one !== undefined) taken.push(one);
    rest = Math.floor(rest / base);
  }
  return taken;
}
