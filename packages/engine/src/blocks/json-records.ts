import type { Key, Value } from '@mapreduce/sdk';
import { fromBase64, toBase64 } from '../codec/base64.ts';
import { setProperty } from '../codec/values.ts';
import { FormatError } from '../records.ts';

/**
 * What JSON lacks is an object of one property whose name begins with `$`: `{"$bytes":"base64"}`,
 * `{"$number":"NaN" | "Infinity" | "-Infinity" | "-0"}`; and `{"$object":{…}}` is an object that
 * would look like one of these.
 */
const tagNames = new Set(['$bytes', '$number', '$object']);

const numbers = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['-0', -0],
]);

/** `{"Key":…,"Value":…}`, without a line feed in it. */
export function recordText(key: Key, value: Value): string {
  return `{"Key":${jsonText(key)},"Value":${jsonText(value)}}`;
}

/** The pair of a line. Throws `FormatError` for what `recordText` never makes. */
export function parseRecord(text: string): { key: Key; value: Value } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new FormatError('a line is not JSON', { cause: error });
  }
  if (typeof parsed !== 'object' || parsed === null || !('Key' in parsed) || !('Value' in parsed)) {
    throw new FormatError('a line is not {"Key":…,"Value":…}');
  }
  // JSON.parse gives Values; what is no Key the encoder refuses.
  return { key: untag(parsed.Key as Value) as Key, value: untag(parsed.Value as Value) };
}

function jsonText(value: Value): string {
  if (typeof value === 'string' || (typeof value === 'number' && value !== 0)) {
    if (typeof value === 'string' || Number.isFinite(value)) return JSON.stringify(value);
  }
  return JSON.stringify(tag(value));
}

/** A value that `JSON.stringify` writes without loss. */
function tag(value: Value): Value {
  if (typeof value === 'number') {
    if (Object.is(value, -0)) return { $number: '-0' };
    return Number.isFinite(value) ? value : { $number: String(value) };
  }
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return { $bytes: toBase64(value) };
  if (isArray(value)) return value.map(tag);
  const tagged: Record<string, Value> = {};
  const names = Object.keys(value);
  for (const name of names) setProperty(tagged, name, tag(value[name] as Value));
  return names.length === 1 && tagNames.has(names[0] as string) ? { $object: tagged } : tagged;
}

/** The inverse of `tag`. */
function untag(value: Value): Value {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (isArray(value)) return value.map(untag);
  const names = Object.keys(value);
  const [name] = names;
  if (names.length === 1 && name !== undefined && tagNames.has(name)) {
    return untagOne(name, value[name] as Value);
  }
  return untagProperties(value);
}

function untagOne(name: string, body: Value): Value {
  if (name === '$object') {
    if (typeof body === 'object' && body !== null && !isArray(body)) {
      return untagProperties(body as Readonly<Record<string, Value>>);
    }
  } else if (typeof body === 'string') {
    const number = numbers.get(body);
    if (name === '$bytes') return fromBase64(body);
    if (number !== undefined) return number;
  }
  throw new FormatError(`a line holds a ${name} that is none`);
}

function untagProperties(value: Readonly<Record<string, Value>>): Value {
  const object: Record<string, Value> = {};
  for (const name of Object.keys(value)) setProperty(object, name, untag(value[name] as Value));
  return object;
}

/** `Array.isArray` does not narrow readonly arrays. */
function isArray(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}
