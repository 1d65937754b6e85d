import type { Records } from '../merge/sort-records.ts';

const HASH_A = 0x9e3779b1 | 0;
const HASH_B = 0x85ebca6b | 0;
const HASH_C = 0x2c1b3c6d;

/** By length of a body: what of its first and of its second four bytes belongs to it. */
const FIRST_MASK = new Int32Array([0, 0xff, 0xffff, 0xffffff, -1, -1, -1, -1, -1]);
const SECOND_MASK = new Int32Array([0, 0, 0, 0, 0, 0xff, 0xffff, 0xffffff, -1]);
/** By length modulo 4: what of the last four bytes belongs to a longer body. */
const LAST_MASK = new Int32Array([-1, 0xff, 0xffff, 0xffffff]);
/** A body up to this length is two words. */
const SHORT = 8;

/**
 * A slot, a quarter of a cache line: the two words of a short body or else hash and place in the
 * arena; length and tag; entry + 1 (0: free). So a short key is found in one cache line.
 */
const SLOT_BITS = 2;
const SECOND = 1;
const SHAPE = 2;
const ENTRY = 3;

const INITIAL_ENTRIES = 1 << 12;
const INITIAL_ARENA_WORDS = 1 << 15;

/**
 * Numbers distinct encoded keys 0, 1, 2 … by first appearance, so what comes out never depends on
 * the hash. A key is a tag, its first byte, and a body, the rest; bodies are compared four bytes at
 * a time, and lie in one arena, each right behind its tag and zero-padded to whole words (at least
 * two). Open addressing with linear probing, at most half full.
 */
export class KeyTable {
  #slots = new Int32Array((2 * INITIAL_ENTRIES) << SLOT_BITS);
  #mask = 2 * INITIAL_ENTRIES - 1;
  #words = new Int32Array(INITIAL_ARENA_WORDS);
  #usedWords = 0;
  #offsets = new Int32Array(INITIAL_ENTRIES);
  #lengths = new Int32Array(INITIAL_ENTRIES);
  #size = 0;
  #keyBytes = 0;

  /** The array that bodies were last read from, its view, and how far eight bytes can be read. */
  #source: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(this.#source.buffer);
  #readable = -1;
  #scratch = new Uint8Array(64);

  /** Distinct keys. */
  get size(): number {
    return this.#size;
  }

  /** Bytes of the distinct encoded keys. */
  get keyBytes(): number {
    return this.#keyBytes;
  }

  /** The bytes that keyOffset points into; replaced as the table grows. */
  get arena(): Uint8Array {
    return new Uint8Array(this.#words.buffer, 0, this.#usedWords << 2);
  }

  /** Where the encoded key begins in the arena. */
  keyOffset(entry: number): number {
    return ((this.#offsets[entry] as number) << 2) - 1;
  }

  /** Length of the encoded key. */
  keyLength(entry: number): number {
    return (this.#lengths[entry] as number) + 1;
  }

  /** All keys by entry, until the next one is inserted. */
  all(): Records {
    return new Entries(this);
  }

  /** The number of the key `tag bytes[start, end)`; if it is new, that is the old `size`. */
  entryOf(tag: number, bytes: Uint8Array, start: number, end: number): number {
    if (bytes !== this.#source) this.#read(bytes);
    const length = end - start;
    if (length > SHORT || start > this.#readable) return this.#uncommon(tag, bytes, start, end);
    const first = this.#view.getInt32(start, true) & (FIRST_MASK[length] as number);
    const second = this.#view.getInt32(start + 4, true) & (SECOND_MASK[length] as number);
    return this.shortEntry(tag, length, first, second);
  }

  /**
   * `entryOf` for a body of at most eight bytes, given as two little-endian words padded with
   * zeros.
   */
  shortEntry(tag: number, length: number, first: number, second: number): number {
    const shape = (length << 8) | tag;
    const slots = this.#slots;
    const mask = this.#mask;
    let slot = shortHash(first, second, shape) & mask;
    for (;;) {
      const base = slot << SLOT_BITS;
      const entry = slots[base + ENTRY] as number;
      if (entry === 0) break;
      if (
        slots[base] === first &&
        slots[base + SECOND] === second &&
        slots[base + SHAPE] === shape
      ) {
        return entry - 1;
      }
      slot = (slot + 1) & mask;
    }
    const key = this.#insert(tag, length);
    this.#words[key] = first;
    this.#words[key + 1] = second;
    this.#occupy(slot, first, second, shape);
    return this.#size - 1;
  }

  /** Forgets everything and keeps the memory. */
  clear(): void {
    this.#slots.fill(0);
    this.#usedWords = 0;
    this.#size = 0;
    this.#keyBytes = 0;
  }

  #read(bytes: Uint8Array): void {
    this.#source = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#readable = bytes.byteLength - SHORT;
  }

  /** Long bodies, and those so near their array's end that reading words would leave it. */
  #uncommon(tag: number, bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    let view = this.#view;
    let at = start;
    if (start + length + SHORT > view.byteLength) {
      if (this.#scratch.length < length + SHORT) this.#scratch = new Uint8Array(2 * length + SHORT);
      this.#scratch.set(bytes.subarray(start, end));
      view = new DataView(this.#scratch.buffer);
      at = 0;
    }
    if (length > SHORT) return this.#longEntry(tag, length, view, at);
    const first = view.getInt32(at, true) & (FIRST_MASK[length] as number);
    const second = view.getInt32(at + 4, true) & (SECOND_MASK[length] as number);
    return this.shortEntry(tag, length, first, second);
  }

  #longEntry(tag: number, length: number, view: DataView, at: number): number {
    const last = ((length + 3) >> 2) - 1;
    const shape = (length << 8) | tag;
    let hash = shape;
    for (let i = 0; i < last; i += 1) hash = mix(hash, view.getInt32(at + 4 * i, true));
    const lastWord = view.getInt32(at + 4 * last, true) & (LAST_MASK[length & 3] as number);
    hash = finish(mix(hash, lastWord));
    const slots = this.#slots;
    const mask = this.#mask;
    let slot = hash & mask;
    for (;;) {
      const base = slot << SLOT_BITS;
      const entry = slots[base + ENTRY] as number;
      if (entry === 0) break;
      // A shape may have lost its length's highest bits.
      if (
        slots[base] === hash &&
        slots[base + SHAPE] === shape &&
        this.#lengths[entry - 1] === length &&
        this.#equals(slots[base + SECOND] as number, view, at, last, lastWord)
      ) {
        return entry - 1;
      }
      slot = (slot + 1) & mask;
    }
    const key = this.#insert(tag, length);
    const words = this.#words;
    for (let i = 0; i < last; i += 1) words[key + i] = view.getInt32(at + 4 * i, true);
    words[key + last] = lastWord;
    this.#occupy(slot, hash, key, shape);
    return this.#size - 1;
  }

  #equals(key: number, view: DataView, at: number, last: number, lastWord: number): boolean {
    const words = this.#words;
    for (let i = 0; i < last; i += 1) {
      if (words[key + i] !== view.getInt32(at + 4 * i, true)) return false;
    }
    return words[key + last] === lastWord;
  }

  /** Makes an entry; returns where in `#words` its body is to be put. */
  #insert(tag: number, length: number): number {
    const wordCount = 1 + Math.max(2, (length + 3) >> 2);
    while (this.#usedWords + wordCount > this.#words.length) this.#words = doubled(this.#words);
    if (this.#size === this.#offsets.length) {
      this.#offsets = doubled(this.#offsets);
      this.#lengths = doubled(this.#lengths);
    }
    const key = this.#usedWords + 1;
    // The tag is the last byte of the word before: little-endian, as all typed arrays here are.
    this.#words[key - 1] = tag << 24;
    this.#offsets[this.#size] = key;
    this.#lengths[this.#size] = length;
    this.#usedWords += wordCount;
    this.#keyBytes += length + 1;
    this.#size += 1;
    return key;
  }

  /** Puts the newest entry into a free slot. */
  #occupy(slot: number, first: number, second: number, shape: number): void {
    const base = slot << SLOT_BITS;
    this.#slots[base] = first;
    this.#slots[base + SECOND] = second;
    this.#slots[base + SHAPE] = shape;
    this.#slots[base + ENTRY] = this.#size;
    if (2 * this.#size > this.#mask) this.#growSlots();
  }

  #growSlots(): void {
    const old = this.#slots;
    const slots = new Int32Array(2 * old.length);
    const mask = (slots.length >> SLOT_BITS) - 1;
    for (let from = 0; from < old.length; from += 1 << SLOT_BITS) {
      const entry = old[from + ENTRY] as number;
      if (entry === 0) continue;
      const first = old[from] as number;
      const second = old[from + SECOND] as number;
      const shape = old[from + SHAPE] as number;
      const isShort = (this.#lengths[entry - 1] as number) <= SHORT;
      let slot = (isShort ? shortHash(first, second, shape) : first) & mask;
      while (slots[(slot << SLOT_BITS) + ENTRY] !== 0) slot = (slot + 1) & mask;
      const base = slot << SLOT_BITS;
      slots[base] = first;
      slots[base + SECOND] = second;
      slots[base + SHAPE] = shape;
      slots[base + ENTRY] = entry;
    }
    this.#slots = slots;
    this.#mask = mask;
  }
}

class Entries implements Records {
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly #table: KeyTable;

  constructor(table: KeyTable) {
    this.bytes = table.arena;
    this.count = table.size;
    this.#table = table;
  }

  at(i: number): number {
    return i;
  }

  keyOffset(entry: number): number {
    return this.#table.keyOffset(entry);
  }

  keyLength(entry: number): number {
    return this.#table.keyLength(entry);
  }
}

function shortHash(first: number, second: number, shape: number): number {
  return finish(Math.imul(first, HASH_A) ^ Math.imul(second, HASH_B) ^ shape);
}

function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, HASH_A);
  return mixed ^ (mixed >>> 15);
}

function finish(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), HASH_C);
  return mixed ^ (mixed >>> 13);
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}
