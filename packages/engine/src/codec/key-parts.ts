import type { KeyPart } from '@mapreduce/sdk';
import { FormatError } from '../records.ts';
import type { ByteWriter } from './byte-writer.ts';
import { EncodeError, nameOf } from './errors.ts';
import { decodeUtf8 } from './utf8.ts';

/**
 * One element of a key: a tag and its body, all complemented where it is descending. Bodies are
 * self-delimiting, so no element's encoding is a prefix of another's, and complementing reverses
 * their order.
 */
export const numberTag = 0x01;
export const stringTag = 0x02;
export const bytesTag = 0x03;
/** Only before a whole tuple, and never complemented. */
export const tupleTag = 0x04;

/** A zero byte in a string or byte array is `00 FF`; its end is `00 01`, below any other byte. */
const escape = 0x00;
const escapedZero = 0xff;
const terminator = 0x01;

const expected = 'expected a string, a number, a Uint8Array or an array of those';

/** Appends one element. */
export function encodePart(part: KeyPart, writer: ByteWriter, descending: boolean): void {
  const given: unknown = part;
  if (typeof given === 'number') {
    encodeNumber(given, writer, descending);
  } else if (typeof given === 'string') {
    encodeText(given, writer, descending);
  } else if (given instanceof Uint8Array) {
    encodeEscaped(bytesTag, given, 0, given.length, writer, descending);
  } else {
    throw new EncodeError(`${nameOf(given)} cannot be a key; ${expected}`);
  }
}

/** Written in place; only a text with zero bytes is copied to be escaped. */
function encodeText(text: string, writer: ByteWriter, descending: boolean): void {
  const from = writer.length;
  writer.byte(stringTag);
  writer.text(text);
  if (text.includes('\0')) {
    const body = writer.bytes.slice(from + 1, writer.length);
    writer.length = from;
    encodeEscaped(stringTag, body, 0, body.length, writer, descending);
    return;
  }
  writer.byte(escape);
  writer.byte(terminator);
  if (descending) complement(writer.bytes, from, writer.length);
}

/**
 * IEEE 754 bits, big-endian; positive numbers with the sign bit set, negative ones complemented:
 * so bytes order as numbers do, -0 becomes 0, and NaN comes after Infinity.
 */
function encodeNumber(value: number, writer: ByteWriter, descending: boolean): void {
  const from = writer.length;
  writer.byte(numberTag);
  writer.float64(value);
  const bytes = writer.bytes;
  if (value < 0) {
    complement(bytes, from + 1, writer.length);
  } else {
    // The one NaN has its sign bit clear; engines may set it, so it is written out.
    if (Number.isNaN(value)) bytes.set(canonicalNaN, from + 1);
    bytes[from + 1] = (bytes[from + 1] as number) | 0x80;
  }
  if (descending) complement(bytes, from, writer.length);
}

const canonicalNaN = Uint8Array.of(0x7f, 0xf8, 0, 0, 0, 0, 0, 0);

/** Appends tag, escaped bytes and terminator. */
export function encodeEscaped(
  tag: number,
  source: Uint8Array,
  start: number,
  end: number,
  writer: ByteWriter,
  descending: boolean,
): void {
  const mask = descending ? 0xff : 0;
  writer.reserve(2 * (end - start) + 3);
  const bytes = writer.bytes;
  let at = writer.length;
  bytes[at++] = tag ^ mask;
  for (let index = start; index < end; index++) {
    const byte = source[index] as number;
    bytes[at++] = byte ^ mask;
    if (byte === escape) bytes[at++] = escapedZero ^ mask;
  }
  bytes[at++] = escape ^ mask;
  bytes[at++] = terminator ^ mask;
  writer.length = at;
}

/** The element that begins at `start`, and the position after it. */
export function decodePart(
  bytes: Uint8Array,
  start: number,
  end: number,
  descending: boolean,
): [KeyPart, number] {
  const after = skipPart(bytes, start, end, descending);
  const mask = descending ? 0xff : 0;
  const tag = (bytes[start] as number) ^ mask;
  if (tag === numberTag) return [decodeNumber(bytes, start + 1, mask), after];
  const body = unescape(bytes, start + 1, after - 2, mask);
  return [tag === stringTag ? decodeUtf8(body, 0, body.length) : body, after];
}

/** The position after the element that begins at `start`. Throws `FormatError` if it has no end. */
export function skipPart(
  bytes: Uint8Array,
  start: number,
  end: number,
  descending: boolean,
): number {
  const mask = descending ? 0xff : 0;
  const tag = (bytes[start] as number) ^ mask;
  if (tag === numberTag) {
    if (start + 9 > end) throw new FormatError('a number in a key is cut off');
    return start + 9;
  }
  if (tag !== stringTag && tag !== bytesTag) {
    throw new FormatError(`a key has an element of unknown type ${tag}`);
  }
  for (let at = start + 1; at + 1 < end; at++) {
    if (((bytes[at] as number) ^ mask) !== escape) continue;
    const next = (bytes[++at] as number) ^ mask;
    if (next === terminator) return at + 1;
    if (next !== escapedZero) throw new FormatError('a key has an unknown escape');
  }
  throw new FormatError('a string or byte array in a key has no end');
}

/** The bytes of an escaped body without its terminator. */
function unescape(bytes: Uint8Array, start: number, end: number, mask: number): Uint8Array {
  const body = new Uint8Array(end - start);
  let length = 0;
  for (let at = start; at < end; at++) {
    const byte = (bytes[at] as number) ^ mask;
    body[length++] = byte;
    if (byte === escape) at++;
  }
  return length === body.length ? body : body.slice(0, length);
}

function decodeNumber(bytes: Uint8Array, start: number, mask: number): number {
  const body = new DataView(new ArrayBuffer(8));
  const negative = (((bytes[start] as number) ^ mask) & 0x80) === 0;
  for (let index = 0; index < 8; index++) {
    const byte = (bytes[start + index] as number) ^ mask;
    body.setUint8(index, negative ? byte ^ 0xff : index === 0 ? byte & 0x7f : byte);
  }
  return body.getFloat64(0);
}

function complement(bytes: Uint8Array, start: number, end: number): void {
  for (let at = start; at < end; at++) bytes[at] = (bytes[at] as number) ^ 0xff;
}
