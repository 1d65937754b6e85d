import { byteClass } from './letters.ts';
import { scanWords } from './scan-words.ts';

const CACHE_SIZE = 1 << 14;
const LONGEST_CACHED = 8;
/** By length of a word: what of its first and of its second four bytes belongs to it. */
const FIRST_MASK = new Int32Array([0, 0xff, 0xffff, 0xffffff, -1, -1, -1, -1, -1]);
const SECOND_MASK = new Int32Array([0, 0, 0, 0, 0, 0xff, 0xffff, 0xffffff, -1]);

/**
 * Strings of short words seen lately, so that a common word is one string object for the whole task
 * instead of a new one each time. A pure cache: what `words` returns does not depend on it.
 */
const cached: string[] = Array.from({ length: CACHE_SIZE }, () => '');
const cachedFirst = new Int32Array(CACHE_SIZE);
const cachedSecond = new Int32Array(CACHE_SIZE);

/** UTF-16 units looked at in one go. */
const PIECE = 1 << 15;
/** A unit is at most 3 bytes of UTF-8, and short words are read as 8 bytes whatever their length. */
const scratch = new Uint8Array(3 * PIECE + LONGEST_CACHED);
const view = new DataView(scratch.buffer);
const encoder = new TextEncoder();
const decoder = new TextDecoder();
let found: string[] = [];

/** The words of a text in order: its maximal runs of `\p{L}`, as Go's unicode.IsLetter has it. */
export function words(text: string): string[] {
  found = [];
  let from = 0;
  while (text.length - from > PIECE) {
    const to = lastCut(text, from, from + PIECE);
    // A word longer than a piece is rare enough to be slow.
    if (to === from) return text.match(/\p{L}+/gu) ?? [];
    addWords(text.slice(from, to));
    from = to;
  }
  addWords(from === 0 ? text : text.slice(from));
  return found;
}

/** The last place in (from, to] that follows an ASCII separator, or `from`. */
function lastCut(text: string, from: number, to: number): number {
  let cut = to;
  while (cut > from && byteClass[Math.min(text.charCodeAt(cut - 1), 0xff)] !== 0) cut -= 1;
  return cut;
}

function addWords(text: string): void {
  const { written } = encoder.encodeInto(text, scratch);
  scanWords(scratch, note, 0, written);
}

function note(source: Uint8Array, start: number, end: number): void {
  const length = end - start;
  if (length > LONGEST_CACHED) {
    found.push(decoder.decode(source.subarray(start, end)));
    return;
  }
  const first = view.getInt32(start, true) & (FIRST_MASK[length] as number);
  const second = view.getInt32(start + 4, true) & (SECOND_MASK[length] as number);
  const mixed = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
  const slot = (Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> 13) & (CACHE_SIZE - 1);
  if (cachedFirst[slot] !== first || cachedSecond[slot] !== second) {
    cachedFirst[slot] = first;
    cachedSecond[slot] = second;
    cached[slot] = decoder.decode(source.subarray(start, end));
  }
  found.push(cached[slot] as string);
}
