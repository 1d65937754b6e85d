/** From this many bytes on `copyWords` beats a loop over bytes. */
export const leastWords = 12;
/** From this many bytes on `set(subarray)` beats it, though it makes an object. */
export const mostWords = 256;

/**
 * Copies the bytes `source[start, end)`, eight or more, to `target[at, …)`, eight at a time; the last
 * eight may overlap those before. Compiled code keeps the integers in registers.
 */
export function copyWords(
  source: DataView,
  start: number,
  end: number,
  target: DataView,
  at: number,
): void {
  const last = end - 8;
  let to = at;
  for (let from = start; from < last; from += 8) {
    target.setBigInt64(to, source.getBigInt64(from, true), true);
    to += 8;
  }
  target.setBigInt64(at + last - start, source.getBigInt64(last, true), true);
}

/** A view of all of `bytes`: byte i of one is byte i of the other. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
