const pairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hex of bytes. */
export function toHex(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += pairs[byte] ?? '';
  return hex;
}

/** Bytes of well-formed hex, such as a `DigestHex`. */
export function fromHex(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length / 2);
  putHex(bytes, 0, hex);
  return bytes;
}

/** Puts the bytes of well-formed hex into `target`, from `at` on; it must have room for them. */
export function putHex(target: Uint8Array, at: number, hex: string): void {
  for (let i = 0, to = at; i < hex.length; i += 2, to++) {
    target[to] = 16 * digit(hex.charCodeAt(i)) + digit(hex.charCodeAt(i + 1));
  }
}

/** Of the code of 0 to 9 the low four bits are the digit; of a letter, in either case, nine less. */
function digit(code: number): number {
  return (code & 15) + 9 * (code >> 6);
}
