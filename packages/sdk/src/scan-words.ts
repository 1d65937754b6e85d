import { BEYOND_ASCII, byteClass, decodeAt, isLetter, LETTER } from './letters.ts';

/** Is given each word as `source[start, end)`. */
export type OnWord = (source: Uint8Array, start: number, end: number) => void;

const CHUNK = 4096;

/** Where runs begin and end, alternating; one more for the end of the last. Used within one call. */
const edges = new Int32Array(CHUNK + 1);

/**
 * Finds the words of UTF-8 text, the maximal runs of `\p{L}`, without making strings of them:
 *
 *     mapBlock: (block, emit) => scanWords(block, (source, start, end) => emit.text(source, start, end, 1))
 *
 * `onWord` must not call `scanWords` or `words`.
 */
export function scanWords(
  source: Uint8Array,
  onWord: OnWord,
  start = 0,
  end = source.length,
): void {
  // Two passes over a chunk that stays in the first-level cache: the first notes the edges of runs
  // without one branch that depends on the text, the second hands the words out. A loop that stops
  // at each edge mispredicts there and takes three times as long.
  let from = start;
  while (from < end) {
    const to = Math.min(end, from + CHUNK);
    let count = 0;
    let previous = 0;
    let seen = 0;
    for (let at = from; at < to; at += 1) {
      const kind = byteClass[source[at] as number] as number;
      edges[count] = at;
      count += (kind ^ previous) & 1;
      previous = kind;
      seen |= kind;
    }
    let next = to;
    if ((previous & 1) === 1) {
      if (to === end) {
        edges[count] = to;
        count += 1;
      } else {
        // The run goes on beyond the chunk: the next chunk begins with it.
        count -= 1;
        next = edges[count] as number;
      }
    }
    if (next === from) {
      next = endOfRun(source, from, end);
      scanRun(source, from, next, onWord);
    } else if (seen === BEYOND_ASCII) {
      for (let i = 0; i < count; i += 2) {
        scanRun(source, edges[i] as number, edges[i + 1] as number, onWord);
      }
    } else {
      for (let i = 0; i < count; i += 2) onWord(source, edges[i] as number, edges[i + 1] as number);
    }
    from = next;
  }
}

/** Where a run that is longer than a chunk ends. */
function endOfRun(source: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && ((byteClass[source[at] as number] as number) & 1) === 1) at += 1;
  return at;
}

/** The words in a run of ASCII letters and bytes that have to be decoded. */
function scanRun(source: Uint8Array, start: number, end: number, onWord: OnWord): void {
  let union = 0;
  for (let at = start; at < end; at += 1) union |= source[at] as number;
  if (union < 0x80) {
    onWord(source, start, end);
    return;
  }
  let word = start;
  let at = start;
  while (at < end) {
    if (byteClass[source[at] as number] === LETTER) {
      at += 1;
      continue;
    }
    const decoded = decodeAt(source, at, end);
    const after = at + (decoded & 7);
    if (!isLetter(decoded >> 3)) {
      if (at > word) onWord(source, word, at);
      word = after;
    }
    at = after;
  }
  if (at > word) onWord(source, word, at);
}
