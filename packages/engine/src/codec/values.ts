import type { Value } from '@mapreduce/sdk';
import { FormatError } from '../records.ts';
import type { ByteWriter } from './byte-writer.ts';
import { EncodeError, nameOf, propertyStep, within } from './errors.ts';
import { decodeUtf8 } from './utf8.ts';
import { VarintReader } from './varint.ts';

/** First byte of an encoded value. From 0x80 on it is an integer from 0 to 127 by itself. */
const tags = {
  null: 0x00,
  false: 0x01,
  true: 0x02,
  /** Eight bytes, IEEE 754, big-endian. */
  double: 0x03,
  /** varint(n), 128 ≤ n < 2^32. */
  integer: 0x04,
  /** varint(-1 - n), -2^32 ≤ n < 0. */
  negative: 0x05,
  /** varint(length), UTF-8. */
  string: 0x06,
  /** varint(length), bytes. */
  bytes: 0x07,
  /** varint(count), values. */
  array: 0x08,
  /** varint(count), then of each property varint(length), the name's UTF-8, value. */
  object: 0x09,
} as const;

/** Beyond this a value is taken for one that contains itself. */
const maxDepth = 500;

const expected =
  'expected null, a boolean, number, well-formed string, Uint8Array, array or plain object';

/**
 * Appends the canonical encoding of a value: equal values have equal bytes. On `EncodeError` (it
 * names what cannot be encoded and where it stands) the writer is left as it was.
 */
export function encodeValue(value: Value, writer: ByteWriter): void {
  if (typeof value === 'number') {
    encodeNumber(value, writer);
    return;
  }
  const from = writer.length;
  try {
    encodeAny(value, writer, 0);
  } catch (error) {
    writer.length = from;
    throw within(error, '', 'value');
  }
}

/** Appends the encoding of a number; for those who know that it is one. */
export function encodeNumber(value: number, writer: ByteWriter): void {
  if (value >>> 0 === value && !(value === 0 && Object.is(value, -0))) {
    if (value < 0x80) {
      writer.byte(0x80 | value);
    } else {
      writer.byte(tags.integer);
      writer.varint(value);
    }
  } else if (value < 0 && value >= -0x1_0000_0000 && Number.isInteger(value)) {
    writer.byte(tags.negative);
    writer.varint(-1 - value);
  } else {
    writer.byte(tags.double);
    if (Number.isNaN(value)) {
      // Not every engine writes the same NaN.
      writer.uint32(0x7ff80000);
      writer.uint32(0);
    } else {
      writer.float64(value);
    }
  }
}

function encodeAny(value: unknown, writer: ByteWriter, depth: number): void {
  switch (typeof value) {
    case 'number':
      encodeNumber(value, writer);
      return;
    case 'string':
      writer.byte(tags.string);
      writer.sizedText(value);
      return;
    case 'boolean':
      writer.byte(value ? tags.true : tags.false);
      return;
    case 'object':
      if (value === null) writer.byte(tags.null);
      else encodeObject(value, writer, depth);
      return;
    case 'bigint':
    case 'function':
    case 'symbol':
    case 'undefined':
      throw new EncodeError(`${nameOf(value)} cannot be encoded; ${expected}`);
  }
}

function encodeObject(value: object, writer: ByteWriter, depth: number): void {
  if (depth >= maxDepth) {
    throw new EncodeError(`nested deeper than ${maxDepth} levels; does it contain itself?`);
  }
  if (Array.isArray(value)) {
    encodeArray(value, writer, depth);
  } else if (isBytes(value)) {
    writer.byte(tags.bytes);
    writer.sized(value, 0, value.length);
  } else if (isPlain(value)) {
    encodeProperties(value, writer, depth);
  } else {
    throw new EncodeError(`${nameOf(value)} cannot be encoded; ${expected}`);
  }
}

function encodeArray(value: readonly unknown[], writer: ByteWriter, depth: number): void {
  writer.byte(tags.array);
  writer.varint(value.length);
  let index = 0;
  try {
    for (; index < value.length; index++) encodeAny(value[index], writer, depth + 1);
  } catch (error) {
    throw within(error, `[${index}]`);
  }
}

function encodeProperties(value: object, writer: ByteWriter, depth: number): void {
  const symbol = Object.getOwnPropertySymbols(value)[0];
  if (symbol !== undefined) {
    throw new EncodeError(`an object with a symbol (${symbol.toString()}) as property name`);
  }
  const names = Object.keys(value);
  writer.byte(tags.object);
  writer.varint(names.length);
  let current = '';
  try {
    for (const name of names) {
      current = name;
      writer.sizedText(name);
      encodeAny((value as Record<string, unknown>)[name], writer, depth + 1);
    }
  } catch (error) {
    throw within(error, propertyStep(current));
  }
}

function isBytes(value: object): value is Uint8Array {
  return (
    value instanceof Uint8Array || Object.prototype.toString.call(value) === '[object Uint8Array]'
  );
}

/** Made by a literal, `JSON.parse` or `Object.create(null)`, in whatever realm. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The value of `bytes[start, end)`. Throws `FormatError` for what `encodeValue` never makes. */
export function decodeValue(bytes: Uint8Array, start: number, end: number): Value {
  const first = bytes[start] as number;
  if (first >= 0x80 && end - start === 1) return first & 0x7f;
  return new ValueReader(bytes, start, end).whole();
}

/** The number that `bytes[start, end)` encodes; undefined where the value is no number. */
export function decodeNumber(bytes: Uint8Array, start: number, end: number): number | undefined {
  const tag = bytes[start] as number;
  if (tag >= 0x80) return tag & 0x7f;
  if (tag < tags.double || tag > tags.negative) return undefined;
  return new ValueReader(bytes, start, end).whole() as number;
}

class ValueReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #varint = new VarintReader();
  #at: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  whole(): Value {
    const value = this.#value(0);
    if (this.#at !== this.#end) throw new FormatError('a value goes on after its end');
    return value;
  }

  #value(depth: number): Value {
    if (depth > maxDepth) throw new FormatError('a value is nested too deep');
    const tag = this.#bytes[this.#take(1)] as number;
    if (tag >= 0x80) return tag & 0x7f;
    switch (tag) {
      case tags.null:
        return null;
      case tags.false:
        return false;
      case tags.true:
        return true;
      case tags.double:
        return this.#double();
      case tags.integer:
        return this.#length();
      case tags.negative:
        return -1 - this.#length();
      case tags.string:
        return this.#text();
      case tags.bytes: {
        const length = this.#length();
        const from = this.#take(length);
        return this.#bytes.slice(from, from + length);
      }
      case tags.array:
        return this.#array(depth);
      case tags.object:
        return this.#object(depth);
      default:
        throw new FormatError(`a value has the unknown type ${tag}`);
    }
  }

  #array(depth: number): Value {
    const count = this.#length();
    // Grows as it is read: a damaged count must not allocate.
    const array: Value[] = [];
    for (let index = 0; index < count; index++) array.push(this.#value(depth + 1));
    return array;
  }

  #object(depth: number): Value {
    const count = this.#length();
    const object: Record<string, Value> = {};
    for (let index = 0; index < count; index++) {
      const name = this.#text();
      setProperty(object, name, this.#value(depth + 1));
    }
    return object;
  }

  #double(): number {
    const at = this.#take(8);
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + at, 8).getFloat64(0);
  }

  #text(): string {
    const length = this.#length();
    const from = this.#take(length);
    return decodeUtf8(this.#bytes, from, from + length);
  }

  #length(): number {
    const value = this.#varint.read(this.#bytes, this.#at, this.#end);
    this.#at = this.#varint.position;
    return value;
  }

  /** Passes over `count` bytes; returns where they begin. */
  #take(count: number): number {
    const from = this.#at;
    if (from + count > this.#end) throw new FormatError('a value is cut off');
    this.#at = from + count;
    return from;
  }
}

/** Sets an own property whatever its name: assigning `__proto__` would set the prototype. */
export function setProperty<V>(object: Record<string, V>, name: string, value: V): void {
  if (name === '__proto__') {
    Object.defineProperty(object, name, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  } else {
    object[name] = value;
  }
}
