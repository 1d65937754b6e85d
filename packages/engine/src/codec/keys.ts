import type { Key, KeyPart, Order } from '@mapreduce/sdk';
import { FormatError } from '../records.ts';
import type { ByteWriter } from './byte-writer.ts';
import { EncodeError, nameOf, within } from './errors.ts';
import * as parts from './key-parts.ts';
import { decodeUtf8 } from './utf8.ts';

/** What of a program's description shapes its keys. */
export interface KeyShape {
  readonly order: readonly Order[];
  readonly group?: number | undefined;
}

/**
 * Encodes keys so that byte order is key order: numbers numerically, strings by UTF-8 bytes, bytes
 * lexicographically, tuples element by element, a tuple before its extensions; descending elements
 * are complemented. Types order as numbers < strings < bytes < tuples (tuples come first where
 * the first element is descending).
 *
 * The idea of tagged, escaped and terminated elements is that of FoundationDB's tuple layer. A
 * plain ascending string or byte array needs neither escapes nor terminator: it is a tag and its
 * bytes. The exact bytes are in docs/formats.md.
 */
export class KeyCodec {
  /** Whether a plain string is `parts.stringTag` and its bare UTF-8. */
  readonly rawPlain: boolean;
  readonly #descending: readonly boolean[];
  readonly #group: number;

  constructor(shape: KeyShape) {
    this.#descending = shape.order.map((order) => order === 'descending');
    this.#group = shape.group ?? 0;
    this.rawPlain = this.#descending[0] !== true;
  }

  /** Appends the encoded key. On `EncodeError` the writer is left as it was. */
  encode(key: Key, writer: ByteWriter): void {
    const from = writer.length;
    try {
      if (typeof key === 'string' && this.rawPlain) {
        writer.byte(parts.stringTag);
        writer.text(key);
      } else if (Array.isArray(key)) {
        this.#encodeTuple(key, writer);
      } else {
        this.#encodePlain(key as KeyPart, writer);
      }
    } catch (error) {
      writer.length = from;
      throw within(error, '', 'key');
    }
  }

  /** Appends the plain string key whose UTF-8 is `source[start, end)`. */
  encodeText(source: Uint8Array, start: number, end: number, writer: ByteWriter): void {
    this.#encodeRaw(parts.stringTag, source, start, end, writer);
  }

  /** Appends the plain bytes key `source[start, end)`. */
  encodeBytes(source: Uint8Array, start: number, end: number, writer: ByteWriter): void {
    this.#encodeRaw(parts.bytesTag, source, start, end, writer);
  }

  /** The key of `bytes[start, end)`. Throws `FormatError` for what `encode` never makes. */
  decode(bytes: Uint8Array, start: number, end: number): Key {
    if (start >= end) throw new FormatError('a key is empty');
    const tag = bytes[start] as number;
    if (tag === parts.tupleTag) return this.#decodeTuple(bytes, start + 1, end);
    if (this.rawPlain && tag === parts.stringTag) return decodeUtf8(bytes, start + 1, end);
    if (this.rawPlain && tag === parts.bytesTag) return bytes.slice(start + 1, end);
    const [part, after] = parts.decodePart(bytes, start, end, !this.rawPlain);
    if (after !== end) throw new FormatError('a key goes on after its end');
    return part;
  }

  /**
   * The end of the bytes by which the key is grouped and partitioned: of its first `group`
   * elements, or of all of it where the program does not group or the key is no tuple.
   */
  groupEnd(bytes: Uint8Array, start: number, end: number): number {
    if (this.#group === 0 || bytes[start] !== parts.tupleTag) return end;
    let at = start + 1;
    for (let index = 0; index < this.#group && at < end; index++) {
      at = parts.skipPart(bytes, at, end, this.#descending[index] === true);
    }
    return at;
  }

  #encodePlain(key: KeyPart, writer: ByteWriter): void {
    if (this.rawPlain && key instanceof Uint8Array) {
      writer.byte(parts.bytesTag);
      writer.raw(key, 0, key.length);
    } else {
      parts.encodePart(key, writer, !this.rawPlain);
    }
  }

  #encodeTuple(key: readonly KeyPart[], writer: ByteWriter): void {
    writer.byte(parts.tupleTag);
    for (let index = 0; index < key.length; index++) {
      const part: unknown = key[index];
      if (Array.isArray(part)) {
        const expected = 'expected a string, number or Uint8Array';
        throw new EncodeError(`${nameOf(part)} inside a tuple; ${expected}`, `[${index}]`);
      }
      try {
        parts.encodePart(part as KeyPart, writer, this.#descending[index] === true);
      } catch (error) {
        throw within(error, `[${index}]`);
      }
    }
  }

  #decodeTuple(bytes: Uint8Array, start: number, end: number): KeyPart[] {
    const key: KeyPart[] = [];
    let at = start;
    while (at < end) {
      const [part, after] = parts.decodePart(bytes, at, end, this.#descending[key.length] === true);
      key.push(part);
      at = after;
    }
    return key;
  }

  #encodeRaw(
    tag: number,
    source: Uint8Array,
    start: number,
    end: number,
    writer: ByteWriter,
  ): void {
    if (this.rawPlain) {
      writer.byte(tag);
      writer.raw(source, start, end);
    } else {
      parts.encodeEscaped(tag, source, start, end, writer, true);
    }
  }
}
