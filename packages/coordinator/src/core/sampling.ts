/**
 * Cut points for a range partitioner: of all sampled keys in order, those that cut them into
 * `partitions` runs of about equal length. Which task sampled which key does not matter.
 *
 * @param samples encoded keys in base64, by sample task
 * @returns `partitions - 1` encoded keys in base64, ascending; none where nothing was sampled
 */
export function cutPoints(samples: readonly (readonly string[])[], partitions: number): string[] {
  // A binary string's order by code unit is its bytes' order.
  const keys = samples.flatMap((sample) => sample.map((key) => atob(key)));
  if (keys.length === 0) return [];
  keys.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return Array.from({ length: partitions - 1 }, (_, i) => {
    const key = keys[Math.floor(((i + 1) * keys.length) / partitions)];
    return btoa(key ?? '');
  });
}
