import type { Key } from '@mapreduce/sdk';
import { WordKernel, type WordNumber } from '@mapreduce/sdk/engine';
import { ByteWriter } from '../codec/byte-writer.ts';
import { stringTag } from '../codec/key-parts.ts';
import type { KeyCodec } from '../codec/keys.ts';
import { KeyTable } from './key-table.ts';

/** A string of up to so many units is looked up without being encoded first. */
const shortText = 8;

/** Numbers keys, in whatever form they are emitted, by their encoding. */
export class KeyEntries {
  readonly table = new KeyTable();
  readonly #codec: KeyCodec;
  readonly #rawPlain: boolean;
  readonly #key = new ByteWriter(256);

  readonly #wordNumber: WordNumber | undefined;
  /** By the number of a word, its entry + 1, or 0. */
  readonly #byWord: Int32Array;

  /** `wordNumber` may know a string without looking at its characters. */
  constructor(codec: KeyCodec, wordNumber: WordNumber | undefined) {
    this.#wordNumber = wordNumber;
    this.#byWord = new Int32Array(wordNumber === undefined ? 0 : WordKernel.mostRuns + 1);
    this.#codec = codec;
    this.#rawPlain = codec.rawPlain;
  }

  of(key: Key): number {
    if (this.#wordNumber === undefined || typeof key !== 'string') return this.#find(key);
    const word = this.#wordNumber(key);
    if (word === 0) return this.#find(key);
    const known = this.#byWord[word] as number;
    if (known > 0) return known - 1;
    const entry = this.#find(key);
    this.#byWord[word] = entry + 1;
    return entry;
  }

  /** Forgets everything and keeps the memory. */
  clear(): void {
    this.table.clear();
    this.#byWord.fill(0);
  }

  #find(key: Key): number {
    if (typeof key === 'string' && key.length <= shortText && this.#rawPlain) {
      let first = 0;
      let second = 0;
      let units = 0;
      const { length } = key;
      for (let i = 0; i < length; i += 1) {
        const unit = key.charCodeAt(i);
        units |= unit;
        // Shifts count modulo 32.
        if (i < 4) first |= unit << (8 * i);
        else second |= unit << (8 * i);
      }
      if (units < 0x80) return this.table.shortEntry(stringTag, length, first, second);
    }
    this.#key.reset();
    this.#codec.encode(key, this.#key);
    return this.#ofEncoded();
  }

  /** The string whose UTF-8 is `source[start, end)`. */
  ofText(source: Uint8Array, start: number, end: number): number {
    if (this.#rawPlain) return this.table.entryOf(stringTag, source, start, end);
    this.#key.reset();
    this.#codec.encodeText(source, start, end, this.#key);
    return this.#ofEncoded();
  }

  /** The bytes `source[start, end)`. */
  ofBytes(source: Uint8Array, start: number, end: number): number {
    this.#key.reset();
    this.#codec.encodeBytes(source, start, end, this.#key);
    return this.#ofEncoded();
  }

  key(entry: number): Key {
    const start = this.table.keyOffset(entry);
    return this.#codec.decode(this.table.arena, start, start + this.table.keyLength(entry));
  }

  #ofEncoded(): number {
    const { bytes, length } = this.#key;
    return this.table.entryOf(bytes[0] as number, bytes, 1, length);
  }
}
