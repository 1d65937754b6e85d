/** Classes of a byte of UTF-8. Bit 0: may belong to a word; bit 1: only decoding tells. */
export const LETTER = 1;
export const BEYOND_ASCII = 3;

/** The class of every byte: ASCII is decided, bytes from 0x80 on ask for decoding. */
export const byteClass: Uint8Array = asciiClasses();

const BMP_SIZE = 0x10000;
const REPLACEMENT = 0xfffd;

/** One bit a BMP code point, built on first use: a text of pure ASCII never pays for it. */
let bmpLetters: Uint8Array | undefined;

/** Whether a code point is in `\p{L}`, as Go's unicode.IsLetter. */
export function isLetter(codePoint: number): boolean {
  if (codePoint >= BMP_SIZE) return /^\p{L}$/u.test(String.fromCodePoint(codePoint));
  bmpLetters ??= buildBmpLetters();
  return (((bmpLetters[codePoint >> 3] as number) >> (codePoint & 7)) & 1) === 1;
}

/**
 * Decodes the character at `at`, whose byte is ≥ 0x80, as TextDecoder would: a maximal ill-formed
 * prefix is one U+FFFD. Returns `codePoint * 8 + length in bytes`, which stays a small integer.
 */
export function decodeAt(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at] as number;
  if (lead < 0xc2 || lead > 0xf4) return REPLACEMENT * 8 + 1;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  let codePoint = lead & (0x7f >> length);
  for (let i = 1; i < length; i += 1) {
    // The second byte's range excludes overlong forms, surrogates and what lies beyond U+10FFFF.
    const low = i > 1 ? 0x80 : lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const high = i > 1 ? 0xbf : lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    const next = at + i < end ? (bytes[at + i] as number) : 0;
    if (next < low || next > high) return REPLACEMENT * 8 + i;
    codePoint = (codePoint << 6) | (next & 0x3f);
  }
  return codePoint * 8 + length;
}

function asciiClasses(): Uint8Array {
  const classes = new Uint8Array(256).fill(BEYOND_ASCII, 0x80);
  for (let letter = 0; letter < 26; letter += 1) {
    classes[0x41 + letter] = LETTER;
    classes[0x61 + letter] = LETTER;
  }
  return classes;
}

function buildBmpLetters(): Uint8Array {
  const bits = new Uint8Array(BMP_SIZE >> 3);
  for (const { index, 0: run } of allOfBmp().matchAll(/\p{L}+/gu)) {
    for (let unit = index; unit < index + run.length; unit += 1) {
      bits[unit >> 3] = (bits[unit >> 3] as number) | (1 << (unit & 7));
    }
  }
  return bits;
}

/** Every BMP code point at its own index; surrogates, which would pair up, are spaces. */
function allOfBmp(): string {
  let text = '';
  for (let unit = 0; unit < BMP_SIZE; unit += 1) {
    text += unit >= 0xd800 && unit <= 0xdfff ? ' ' : String.fromCharCode(unit);
  }
  return text;
}
