/** The first four bytes of `bytes[at, end)` as a big-endian signed integer, zero-padded. */
export function prefixAt(bytes: Uint8Array, at: number, end: number): number {
  const left = end - at;
  if (left >= 4) {
    return (
      ((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number)
    );
  }
  let word = 0;
  for (let i = 0; i < left; i += 1) word |= (bytes[at + i] as number) << (24 - 8 * i);
  return word;
}
