import type * as z from 'zod';
import { checkAgainst } from './check-against.ts';
import { ServiceError } from './service-error.ts';

/** Lists are tried in slices of so many elements before the whole message is. */
const sliceLength = 1_000;
/** No message has an object with more: counters are the largest. */
const mostMembers = 1_000;

/**
 * What a message says, or `BAD_REQUEST` that names its first fault. A schema collects every fault,
 * and a body has room for millions: so long lists are checked a slice at a time, and the first slice
 * with a fault ends it.
 */
export function parseMessage<T>(schema: z.ZodType<T>, message: unknown): T {
  const longest = measure(message);
  for (let from = 0; from < longest && longest > sliceLength; from += sliceLength) {
    parse(schema, sliced(message, from), message, { from, weight: sliceLength });
  }
  return parse(schema, message, message, { from: 0, weight: 1 + longest });
}

interface Slice {
  readonly from: number;
  readonly weight: number;
}

/** `whole` is what `message` is the slice from `from` of. */
function parse<T>(
  schema: z.ZodType<T>,
  message: unknown,
  whole: unknown,
  { from, weight }: Slice,
): T {
  const parsed = checkAgainst(schema, message, weight);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = fieldOf(whole, issue?.path ?? [], from);
  throw new ServiceError('BAD_REQUEST', `${field}: ${issue?.message ?? 'not as expected'}`);
}

/** Where a fault lies in the whole message, by its path in the slice from `from`. */
function fieldOf(whole: unknown, path: readonly PropertyKey[], from: number): string {
  if (path.length === 0) return 'body';
  let place = whole;
  const steps = path.map((step) => {
    const start = Array.isArray(place) ? sliceStart(place, from) : 0;
    const wholeStep = typeof step === 'number' ? step + start : step;
    place = (place as Record<PropertyKey, unknown> | undefined)?.[wholeStep];
    return wholeStep;
  });
  return steps.map(String).join('.');
}

/** A list that has been through shows its beginning again: it may not be allowed to be empty. */
function sliceStart(list: readonly unknown[], from: number): number {
  return list.length > sliceLength && from < list.length ? from : 0;
}

/** Elements of the longest list anywhere in it. Throws for an object with too many members. */
function measure(message: unknown): number {
  if (typeof message !== 'object' || message === null) return 0;
  const members = Array.isArray(message) ? (message as unknown[]) : Object.values(message);
  if (!Array.isArray(message) && members.length > mostMembers) {
    throw new ServiceError('BAD_REQUEST', `body: an object of more than ${mostMembers} members`);
  }
  let longest = Array.isArray(message) ? members.length : 0;
  for (const member of members) longest = Math.max(longest, measure(member));
  return longest;
}

/** The message with a slice of every list that is longer than one. */
function sliced(message: unknown, from: number): unknown {
  if (typeof message !== 'object' || message === null) return message;
  if (Array.isArray(message)) {
    const list = message as unknown[];
    const start = sliceStart(list, from);
    return list.length > sliceLength ? list.slice(start, start + sliceLength) : list;
  }
  return Object.fromEntries(
    Object.entries(message).map(([name, member]) => [name, sliced(member, from)]),
  );
}
