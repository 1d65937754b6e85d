import { byteClass } from './letters.ts';
import { scanWords } from './scan-words.ts';

/** UTF-16 units looked at in one go; each is at most 3 bytes of UTF-8. */
const PIECE = 1 << 15;
const scratch = new Uint8Array(3 * PIECE);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The words found so far, the piece that is looked at, and whether its units are its bytes. */
let found: string[] = [];
let piece = '';
let isAscii = true;

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

/** Scanning bytes is several times as fast as asking a string for its char codes. */
function addWords(text: string): void {
  const { written } = encoder.encodeInto(text, scratch);
  piece = text;
  isAscii = written === text.length;
  scanWords(scratch, note, 0, written);
}

function note(source: Uint8Array, start: number, end: number): void {
  found.push(isAscii ? piece.slice(start, end) : decoder.decode(source.subarray(start, end)));
}
