import type * as z from 'zod';

/**
 * zod makes a function of an object's schema when that first checks something, in half a millisecond:
 * as long as so many small messages take without. Most processes check few, and start the sooner.
 */
const worthCompiling = 100;

const checked = new WeakMap<z.ZodType, number>();

/**
 * Checks a value, as `schema.safeParse` does. `weight` says how many small messages it is as long as,
 * about.
 */
export function checkAgainst<T>(
  schema: z.ZodType<T>,
  value: unknown,
  weight = 1,
): z.ZodSafeParseResult<T> {
  const sum = (checked.get(schema) ?? 0) + weight;
  if (sum > worthCompiling) return schema.safeParse(value);
  checked.set(schema, sum);
  return schema.safeParse(value, { jitless: true });
}
