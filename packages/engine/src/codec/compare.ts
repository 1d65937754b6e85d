/**
 * Orders `a[aStart, aEnd)` and `b[bStart, bEnd)` byte by byte, a prefix first. Over encoded keys
 * this is the order of keys.
 */
export function compareBytes(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): number {
  const aLength = aEnd - aStart;
  const bLength = bEnd - bStart;
  const shorter = aLength < bLength ? aLength : bLength;
  for (let index = 0; index < shorter; index++) {
    const difference = (a[aStart + index] as number) - (b[bStart + index] as number);
    if (difference !== 0) return difference;
  }
  return aLength - bLength;
}

/** Whether two byte ranges are equal. */
export function equalBytes(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): boolean {
  if (aEnd - aStart !== bEnd - bStart) return false;
  let at = bStart;
  for (let index = aStart; index < aEnd; index++) {
    if (a[index] !== b[at++]) return false;
  }
  return true;
}
