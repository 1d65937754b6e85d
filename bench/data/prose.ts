/**
 * Prose of no meaning for machines without the corpus: like English in what costs time (22,000
 * distinct words by Zipf's law, lines of 70 columns, sentences with capitals), the same every time.
 */
const VOCABULARY = 22_000;
const COLUMNS = 70;
const CONSONANTS = 'tnsrhldcmfpgwybvk';
const VOWELS = 'eaoiu';

/** `length` bytes of ASCII that end with a line feed. */
export function inventProse(length: number, seed: number): Buffer {
  const random = generator(seed);
  const pick = zipf(VOCABULARY);
  const text = Buffer.alloc(length, '\n');
  let position = 0;
  let column = 0;
  let capital = true;
  while (position < length - 1) {
    let word = wordOf(pick(random()));
    if (capital) word = word.charAt(0).toUpperCase() + word.slice(1);
    const ending = random();
    capital = ending < 0.07;
    if (capital) word += '.';
    else if (ending < 0.15) word += ',';
    column += word.length + 1;
    const wraps = column > COLUMNS;
    if (wraps) column = 0;
    position += text.write(
      `${word}${wraps ? '\n' : ' '}`,
      position,
      length - 1 - position,
      'latin1',
    );
  }
  return text;
}

/** Different for every rank; common words are short. */
function wordOf(rank: number): string {
  let word = '';
  for (
    let rest = rank + 1;
    rest > 0;
    rest = Math.floor(rest / (CONSONANTS.length * VOWELS.length))
  ) {
    word += CONSONANTS.charAt(rest % CONSONANTS.length);
    word += VOWELS.charAt(Math.floor(rest / CONSONANTS.length) % VOWELS.length);
  }
  return word;
}

/** From a number in [0, 1) to a rank. */
function zipf(size: number): (uniform: number) => number {
  const cumulative = new Float64Array(size);
  let sum = 0;
  for (let rank = 0; rank < size; rank += 1) {
    sum += 1 / (rank + 2.7);
    cumulative[rank] = sum;
  }
  return (uniform) => {
    const wanted = uniform * sum;
    let low = 0;
    let high = size - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((cumulative[middle] ?? 0) <= wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** Numbers in [0, 1): mulberry32, by Tommy Ettinger. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
