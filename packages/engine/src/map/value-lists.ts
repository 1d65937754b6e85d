import type { Value } from '@mapreduce/sdk';
import { ByteWriter } from '../codec/byte-writer.ts';
import { decodeValue, encodeValue } from '../codec/values.ts';
import type { ValueSource } from '../merge/values-once.ts';

/** Below this many waiting values it is too early to combine. */
const FEW = 16;
const NONE = -1;

/**
 * Encoded values that wait to be combined: a linked list an entry, of nodes `next (4) length (4)
 * bytes` in one arena that only grows until `clear`.
 */
export class ValueLists {
  readonly #arena = new ByteWriter(1 << 12);
  #view = new DataView(this.#arena.bytes.buffer);
  #head = new Int32Array(0);
  #tail = new Int32Array(0);
  #count = new Int32Array(0);
  /** Bytes of the last combined value, and of what came since. */
  #combined = new Int32Array(0);
  #waiting = new Int32Array(0);

  /** Bytes of the arena in use: what a memory budget counts. */
  get usedBytes(): number {
    return this.#arena.length;
  }

  /** Whether the entry has a list. */
  has(entry: number): boolean {
    return entry < this.#count.length && (this.#count[entry] as number) > 0;
  }

  count(entry: number): number {
    return this.#count[entry] as number;
  }

  add(entry: number, value: Value): void {
    if (entry >= this.#count.length) this.#grow(entry);
    const node = this.#append(value);
    const size = this.#arena.length - node - 8;
    if (this.#count[entry] === 0) {
      this.#head[entry] = node;
      this.#combined[entry] = size;
      this.#waiting[entry] = 0;
    } else {
      this.#view.setInt32(this.#tail[entry] as number, node);
      this.#waiting[entry] = (this.#waiting[entry] as number) + size;
    }
    this.#tail[entry] = node;
    this.#count[entry] = (this.#count[entry] as number) + 1;
  }

  /**
   * Whether it is time to combine: when as many bytes wait as the combined value has, so that a
   * value that grows (a concatenation) is copied a bounded number of times a byte.
   */
  isFull(entry: number): boolean {
    return (
      (this.#count[entry] as number) >= FEW &&
      (this.#waiting[entry] as number) >= (this.#combined[entry] as number)
    );
  }

  /** The list is `value` alone. */
  set(entry: number, value: Value): void {
    this.#count[entry] = 0;
    this.add(entry, value);
  }

  /** Reads the values of an entry, in the order they were added. */
  read(entry: number): ValueSource {
    let node = this.#head[entry] as number;
    let left = this.count(entry);
    return {
      get hasValue() {
        return left > 0;
      },
      value: () => {
        const from = node + 8;
        const end = from + this.#view.getInt32(node + 4);
        node = this.#view.getInt32(node);
        left -= 1;
        return decodeValue(this.#arena.bytes, from, end);
      },
    };
  }

  /** Appends the encoded value of an entry that has one alone. */
  copy(entry: number, target: ByteWriter): void {
    const node = this.#head[entry] as number;
    const length = this.#view.getInt32(node + 4);
    target.raw(this.#arena.bytes, node + 8, node + 8 + length);
  }

  /** Forgets everything; keeps the memory. */
  clear(): void {
    this.#arena.reset();
    this.#count.fill(0);
  }

  #append(value: Value): number {
    const arena = this.#arena;
    const node = arena.length;
    arena.uint32(NONE);
    arena.uint32(0);
    try {
      encodeValue(value, arena);
    } catch (error) {
      arena.length = node;
      throw error;
    }
    if (this.#view.buffer !== arena.bytes.buffer) this.#view = new DataView(arena.bytes.buffer);
    this.#view.setInt32(node + 4, arena.length - node - 8);
    return node;
  }

  #grow(entry: number): void {
    const length = Math.max(1 << 12, 2 * entry);
    const grown = (array: Int32Array): Int32Array<ArrayBuffer> => {
      const larger = new Int32Array(length);
      larger.set(array);
      return larger;
    };
    this.#head = grown(this.#head);
    this.#tail = grown(this.#tail);
    this.#count = grown(this.#count);
    this.#combined = grown(this.#combined);
    this.#waiting = grown(this.#waiting);
  }
}
