import { FormatError } from '../records.ts';

/**
 * Reads unsigned LEB128 integers below 2^32 (seven bits a byte, lowest first, as in protocol
 * buffers). One object holds value and position, so that reading allocates nothing.
 */
export class VarintReader {
  value = 0;
  /** After the last byte read. */
  position = 0;

  /** Reads one at `bytes[start]`. Throws `FormatError` if it does not end before `end`. */
  read(bytes: Uint8Array, start: number, end: number): number {
    let value = 0;
    let at = start;
    for (let shift = 0; shift <= 28; shift += 7) {
      if (at >= end) throw new FormatError('a varint is cut off');
      const byte = bytes[at++] as number;
      if (shift === 28 && byte > 0x0f) break;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        this.position = at;
        this.value = value;
        return value;
      }
    }
    throw new FormatError('a varint is 2^32 or more');
  }
}

/** The integer at `bytes[at]`, of which it is known that a writer has put one there. */
export function varintAt(bytes: Uint8Array, at: number): number {
  let byte = bytes[at] as number;
  if (byte < 0x80) return byte;
  let value = byte & 0x7f;
  for (let scale = 0x80; byte >= 0x80; scale *= 0x80) {
    at += 1;
    byte = bytes[at] as number;
    value += (byte & 0x7f) * scale;
  }
  return value;
}
