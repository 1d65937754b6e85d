import type { KeyCodec } from './keys.ts';
import { stringTag, tupleTag } from './key-parts.ts';

/**
 * `ihash` of the MIT 6.5840 lab: 32-bit FNV-1a (Fowler, Noll, Vo; offset basis 2166136261, prime
 * 16777619) over `bytes[start, end)`, without its sign bit.
 */
export function ihash(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) {
    hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  }
  return hash & 0x7fffffff;
}

/**
 * The hash that decides an encoded key's partition: of a plain string its bare UTF-8 (as in the
 * lab), of other keys their encoding, as far as they are grouped by.
 */
export function keyHash(codec: KeyCodec, bytes: Uint8Array, start: number, end: number): number {
  const tag = bytes[start] as number;
  if (tag === stringTag && codec.rawPlain) return ihash(bytes, start + 1, end);
  if (tag === tupleTag) return ihash(bytes, start, codec.groupEnd(bytes, start, end));
  if (!codec.rawPlain && tag === (stringTag ^ 0xff)) return hashComplemented(bytes, start, end);
  return ihash(bytes, start, end);
}

/** `keyHash(…) % partitions`. */
export function hashPartition(
  codec: KeyCodec,
  bytes: Uint8Array,
  start: number,
  end: number,
  partitions: number,
): number {
  return keyHash(codec, bytes, start, end) % partitions;
}

/** Over the bare UTF-8 of a descending string: complemented, zero bytes escaped, terminated. */
function hashComplemented(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start + 1; at < end - 2; at++) {
    const byte = (bytes[at] as number) ^ 0xff;
    hash = Math.imul(hash ^ byte, 0x01000193);
    if (byte === 0) at++;
  }
  return hash & 0x7fffffff;
}
