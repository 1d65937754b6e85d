import { EncodeError } from './errors.ts';

const encoder = new TextEncoder();
/** A byte order mark is a character like any other here. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** From this many units on the built-in encoder beats a loop. */
const longText = 48;
/** From this many bytes on the built-in decoder beats building the string from char codes. */
const longBytes = 24;

/** At most so many bytes of UTF-8 for `text`. */
export function utf8Bound(text: string): number {
  return text.length * 3;
}

/**
 * Writes `text` as UTF-8 at `target[at]`, which must have room for `utf8Bound(text)`; returns the
 * position after it. Throws `EncodeError` for a lone surrogate: it has no UTF-8.
 */
export function encodeUtf8(text: string, target: Uint8Array, at: number): number {
  const length = text.length;
  if (length >= longText) return encodeLong(text, target, at);
  for (let index = 0; index < length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) {
      target[at++] = unit;
    } else if (unit < 0x800) {
      target[at++] = 0xc0 | (unit >> 6);
      target[at++] = 0x80 | (unit & 0x3f);
    } else if (unit < 0xd800 || unit > 0xdfff) {
      target[at++] = 0xe0 | (unit >> 12);
      target[at++] = 0x80 | ((unit >> 6) & 0x3f);
      target[at++] = 0x80 | (unit & 0x3f);
    } else {
      const low = text.charCodeAt(++index);
      if (unit > 0xdbff || !(low >= 0xdc00 && low <= 0xdfff)) throw illFormed(text);
      const point = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
      target[at++] = 0xf0 | (point >> 18);
      target[at++] = 0x80 | ((point >> 12) & 0x3f);
      target[at++] = 0x80 | ((point >> 6) & 0x3f);
      target[at++] = 0x80 | (point & 0x3f);
    }
  }
  return at;
}

function encodeLong(text: string, target: Uint8Array, at: number): number {
  if (!text.isWellFormed()) throw illFormed(text);
  return at + encoder.encodeInto(text, target.subarray(at)).written;
}

function illFormed(text: string): EncodeError {
  const start = Math.max(0, text.search(/\p{Surrogate}/u));
  const unit = text.charCodeAt(start).toString(16).toUpperCase();
  return new EncodeError(
    `a string with a lone surrogate (U+${unit} at index ${start}) cannot be encoded: ` +
      'it has no UTF-8; use toWellFormed()',
  );
}

/** The string whose UTF-8 is `bytes[start, end)`; what is not UTF-8 becomes U+FFFD. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  if (end - start >= longBytes) return decoder.decode(bytes.subarray(start, end));
  for (let at = start; at < end; at++) {
    if ((bytes[at] as number) > 0x7f) return decoder.decode(bytes.subarray(start, end));
  }
  let text = '';
  let at = start;
  for (; at + 4 <= end; at += 4) {
    text += String.fromCharCode(
      bytes[at] as number,
      bytes[at + 1] as number,
      bytes[at + 2] as number,
      bytes[at + 3] as number,
    );
  }
  for (; at < end; at++) text += String.fromCharCode(bytes[at] as number);
  return text;
}
