import type { Bar, Measured } from '../figures/figure.ts';

/** A calm run, and a disturbed one beside it. */
export interface Pair {
  readonly calm: Measured;
  readonly disturbed: Measured;
}

/** How much longer the disturbed run took: in percent, or in seconds beside the restart, as the bar is. */
export function costOf(bar: Bar | undefined, { calm, disturbed }: Pair): number {
  const longer = disturbed.seconds - calm.seconds;
  if (bar !== undefined && 'seconds' in bar) return longer - disturbed.restartSeconds;
  return (100 * longer) / calm.seconds;
}

/** The cost that half of the pairs do not exceed. */
export function medianCost(bar: Bar | undefined, pairs: readonly Pair[]): number {
  const costs = pairs.map((pair) => costOf(bar, pair)).sort((a, b) => a - b);
  return costs[costs.length >> 1] ?? Number.NaN;
}

/** What exceeds the bar: the median of what pairs cost, or what any disturbed run did again. */
export function excesses(bar: Bar | undefined, pairs: readonly Pair[]): string[] {
  if (bar === undefined) return [];
  const limit = 'seconds' in bar ? bar.seconds : bar.percent;
  const found: string[] = [];
  if (!(medianCost(bar, pairs) <= limit)) found.push(`MORE than the ${limit} allowed`);
  const redone = Math.max(...pairs.map(({ disturbed }) => disturbed.redoneTasks));
  if ('redoneTasks' in bar && redone > bar.redoneTasks) {
    found.push(`${redone} whole tasks done twice, MORE than the ${bar.redoneTasks} allowed`);
  }
  return found;
}
