import type { CounterContext } from '../task-context.ts';

/**
 * Does what a line of a command's standard error asks for, in Hadoop's words: `reporter:counter:GROUP,
 * COUNTER,AMOUNT` adds to the counter `GROUP:COUNTER`. Returns 'counted' where it did, 'status' for
 * `reporter:status:…`, which is a sign of life and for people to read, and undefined for all else.
 */
export function heed(line: string, context: CounterContext): 'counted' | 'status' | undefined {
  if (!line.startsWith('reporter:')) return undefined;
  if (line.startsWith('reporter:status:')) return 'status';
  const [, group = '', counter = '', amount] =
    /^reporter:counter:([^,]+),(.+),\s*(-?\d{1,15})\s*$/.exec(line) ?? [];
  if (amount === undefined) return undefined;
  context.count(`${group}:${counter}`, Number(amount));
  return 'counted';
}
