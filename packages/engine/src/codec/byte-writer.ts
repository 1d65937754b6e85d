import { copyWords, leastWords, mostWords } from './copy-words.ts';
import { encodeUtf8, utf8Bound } from './utf8.ts';

/** Below this many bytes a loop beats `set(subarray)`, which makes an object. */
const shortCopy = 32;

/** A growable byte array. What is written is `bytes[0, length)`; writing may replace `bytes`. */
export class ByteWriter {
  bytes: Uint8Array;
  length = 0;
  #view: DataView;

  constructor(capacity = 256) {
    this.bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** A view of `bytes`. */
  get view(): DataView {
    return this.#view;
  }

  /** Forgets what was written; the memory is kept. */
  reset(): void {
    this.length = 0;
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  /** What was written, as a copy. */
  copy(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  byte(value: number): void {
    if (this.length === this.bytes.length) this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** An unsigned LEB128 of an integer below 2^32, in as few bytes as it takes. */
  varint(value: number): void {
    this.reserve(5);
    const bytes = this.bytes;
    let at = this.length;
    while (value > 0x7f) {
      bytes[at++] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    bytes[at++] = value;
    this.length = at;
  }

  /** The bytes `source[start, end)`; faster where the `view` of all of `source` is at hand. */
  raw(source: Uint8Array, start: number, end: number, view?: DataView): void {
    const count = end - start;
    this.reserve(count);
    const bytes = this.bytes;
    let at = this.length;
    if (view !== undefined && count >= leastWords && count <= mostWords) {
      copyWords(view, start, end, this.#view, at);
    } else if (count > shortCopy) {
      bytes.set(source.subarray(start, end), at);
    } else {
      for (let from = start; from < end; from++) bytes[at++] = source[from] as number;
    }
    this.length += count;
  }

  /** `varint(length)`, then the bytes `source[start, end)`. */
  sized(source: Uint8Array, start: number, end: number): void {
    this.varint(end - start);
    this.raw(source, start, end);
  }

  /** A string as UTF-8, bare. Throws `EncodeError` where it is not well formed. */
  text(text: string): void {
    this.reserve(utf8Bound(text));
    this.length = encodeUtf8(text, this.bytes, this.length);
  }

  /** `varint(length) bytes` of a string's UTF-8. Throws `EncodeError` where not well formed. */
  sizedText(text: string): void {
    const from = this.length;
    this.reserve(utf8Bound(text) + 5);
    // Where the length is below 128 in any case, its varint is one byte and the text follows it.
    const gap = text.length < 43 ? 1 : varintLength(utf8Bound(text));
    const end = encodeUtf8(text, this.bytes, from + gap);
    const size = end - from - gap;
    this.varint(size);
    const start = this.length;
    if (start !== from + gap) this.bytes.copyWithin(start, from + gap, end);
    this.length = start + size;
  }

  /** Eight bytes, big-endian. */
  float64(value: number): void {
    this.reserve(8);
    this.#view.setFloat64(this.length, value);
    this.length += 8;
  }

  /** Four bytes, big-endian. */
  uint32(value: number): void {
    this.reserve(4);
    this.#view.setUint32(this.length, value);
    this.length += 4;
  }
}

/** Bytes that `ByteWriter.varint` takes for `value`. */
export function varintLength(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : 5;
}
