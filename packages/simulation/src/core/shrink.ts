/**
 * The smallest list, in order, that `fails` still: delta debugging (Zeller and Hildebrandt, 2002),
 * down to a list of which no single element can be left out.
 */
export async function shrink<T>(
  items: readonly T[],
  fails: (items: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  if (items.length === 0 || (await fails([]))) return [];
  let current = items;
  let pieces = 2;
  while (current.length > 1) {
    const length = Math.ceil(current.length / pieces);
    const smaller = await firstFailing(current, length, fails);
    if (smaller !== undefined) {
      current = smaller;
      pieces = Math.max(2, pieces - 1);
    } else if (length === 1) break;
    else pieces = Math.min(current.length, 2 * pieces);
  }
  return current;
}

async function firstFailing<T>(
  items: readonly T[],
  length: number,
  fails: (items: readonly T[]) => Promise<boolean>,
): Promise<readonly T[] | undefined> {
  for (let start = 0; start < items.length; start += length) {
    const rest = [...items.slice(0, start), ...items.slice(start + length)];
    if (await fails(rest)) return rest;
  }
  return undefined;
}
