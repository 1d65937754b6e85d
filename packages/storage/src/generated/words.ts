/** Made as a whole, each from its number alone, so that a split can begin anywhere. */
export const BLOCK_BYTES = 2 ** 16;

const VOCABULARY = 50_000;
/** Words a line, at most. */
const LINE_WORDS = 14;
const space = 32;
const newline = 10;

const syllables = [
  ...['ba', 'ce', 'di', 'fo', 'gu', 'ha', 'je', 'ki', 'lo', 'mu', 'na', 'pe', 'ri', 'so', 'tu'],
  ...['va', 'we', 'xi', 'yo', 'zu', 'bra', 'cle', 'dri', 'flo', 'gru', 'kna', 'ple', 'sti'],
  ...['tro', 'shu', 'an', 'en'],
];
const encoder = new TextEncoder();

/** The word of a rank, from 1: common ones are short. Words of different ranks differ. */
function wordOf(rank: number): string {
  let word = '';
  for (let left = rank; left > 0; left = Math.floor(left / syllables.length)) {
    word += syllables[left % syllables.length] ?? '';
  }
  return word;
}

/** Uniform in [0, 1): a 32-bit counter mixed by multiply and xor-shift. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/**
 * Lines of invented words, some common and most rare, as in a language: the word of rank r is about as
 * frequent as 1 / r. Every block ends with a line's end.
 */
export class WordsGenerator {
  readonly #seed: number;
  readonly #words: (Uint8Array | undefined)[] = [];

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Writes block `number` to `target`: its first bytes, and a line's end as the last. */
  fill(target: Uint8Array, number: number): void {
    // Neighbouring blocks and seeds have nothing in common.
    const random = randomOf(Math.imul(this.#seed, 0x85ebca6b) ^ Math.imul(number + 1, 0xc2b2ae35));
    let left = 0;
    for (let at = 0; at < target.length;) {
      if (left === 0) left = 1 + Math.floor(random() * LINE_WORDS);
      const word = this.#word(Math.floor(VOCABULARY ** random()));
      left -= 1;
      const room = target.length - at;
      target.set(word.subarray(0, room), at);
      at += word.length;
      if (at < target.length) target[at++] = left === 0 ? newline : space;
    }
    target[target.length - 1] = newline;
  }

  #word(rank: number): Uint8Array {
    return (this.#words[rank] ??= encoder.encode(wordOf(rank)));
  }
}
