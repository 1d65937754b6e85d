import { compareBytes } from '../codec/compare.ts';
import { prefixAt } from './prefix.ts';

/** What is sorted: records that their owner knows by numbers. Their keys lie in `bytes`. */
export interface Records {
  readonly bytes: Uint8Array;
  readonly count: number;
  /** The number of the i-th record. */
  at(i: number): number;
  /** Where the key of the record of this number begins. */
  keyOffset(record: number): number;
  keyLength(record: number): number;
}

export interface Sorted {
  /** Record numbers by (partition, key, place among the records). Valid until the sorter's next sort. */
  readonly order: Int32Array;
  /** Where each partition begins in `order`; one more for the end. */
  readonly starts: Int32Array;
}

/** Bytes that sorting takes a record. */
export const sortBytes = 16;

const WORD = 4;
const INSERTION_LIMIT = 24;
const WIDE_LIMIT = 8192;

/**
 * Sorts record numbers; no record moves, and the sort is stable. One counting pass by partition,
 * then a radix sort by four bytes of key; what is equal in those is sorted by the next four, and by
 * comparison where few are left (a hybrid after McIlroy, Bostic, McIlroy: Engineering Radix Sort).
 */
export class RecordSorter {
  #order = new Int32Array(0);
  #otherOrder = new Int32Array(0);
  #words = new Int32Array(0);
  #otherWords = new Int32Array(0);
  readonly #counts = new Int32Array(4 << 8);
  readonly #wideCounts = new Int32Array(3 << 11);
  /** Ranges that are still to be sorted: from, to, depth. */
  readonly #pending: number[] = [];

  /** `partitions[i]` is the one of the i-th record. */
  sort(records: Records, partitions: Int32Array, partitionCount: number): Sorted {
    const { count } = records;
    if (this.#order.length < count) this.#reserve(count);
    const starts = this.#byPartition(records, partitions, partitionCount);
    for (let partition = 0; partition < partitionCount; partition += 1) {
      this.#sortByWord(records, starts[partition] as number, starts[partition + 1] as number, 0);
      for (;;) {
        const depth = this.#pending.pop();
        const to = this.#pending.pop();
        const from = this.#pending.pop();
        if (depth === undefined || to === undefined || from === undefined) break;
        this.#loadWords(records, from, to, depth);
        this.#sortByWord(records, from, to, depth);
      }
    }
    return { order: this.#order.subarray(0, count), starts };
  }

  #reserve(count: number): void {
    this.#order = new Int32Array(count);
    this.#otherOrder = new Int32Array(count);
    this.#words = new Int32Array(count);
    this.#otherWords = new Int32Array(count);
  }

  /** Also loads the first words, while records are visited in the order in which they lie. */
  #byPartition(records: Records, partitions: Int32Array, partitionCount: number): Int32Array {
    const { bytes, count } = records;
    const starts = new Int32Array(partitionCount + 1);
    for (let i = 0; i < count; i += 1) {
      const next = (partitions[i] as number) + 1;
      starts[next] = (starts[next] as number) + 1;
    }
    for (let partition = 0; partition < partitionCount; partition += 1) {
      starts[partition + 1] = (starts[partition + 1] as number) + (starts[partition] as number);
    }
    const next = starts.slice();
    const order = this.#order;
    const words = this.#words;
    for (let i = 0; i < count; i += 1) {
      const partition = partitions[i] as number;
      const place = next[partition] as number;
      const record = records.at(i);
      const offset = records.keyOffset(record);
      order[place] = record;
      words[place] = prefixAt(bytes, offset, offset + records.keyLength(record));
      next[partition] = place + 1;
    }
    return starts;
  }

  /** Sorts a range whose keys are equal before `depth`: at once if it is small, later if not. */
  #push(records: Records, from: number, to: number, depth: number): void {
    if (to - from <= INSERTION_LIMIT) this.#insertionSort(records, from, to, depth);
    else this.#pending.push(from, to, depth);
  }

  #insertionSort(records: Records, from: number, to: number, depth: number): void {
    const { bytes } = records;
    const order = this.#order;
    for (let i = from + 1; i < to; i += 1) {
      const record = order[i] as number;
      const start = records.keyOffset(record) + depth;
      const end = start - depth + records.keyLength(record);
      let hole = i;
      for (; hole > from; hole -= 1) {
        const other = order[hole - 1] as number;
        const otherStart = records.keyOffset(other) + depth;
        const otherEnd = otherStart - depth + records.keyLength(other);
        if (compareBytes(bytes, otherStart, otherEnd, bytes, start, end) <= 0) break;
        order[hole] = other;
      }
      order[hole] = record;
    }
  }

  #loadWords(records: Records, from: number, to: number, depth: number): void {
    const { bytes } = records;
    const order = this.#order;
    const words = this.#words;
    for (let i = from; i < to; i += 1) {
      const record = order[i] as number;
      const offset = records.keyOffset(record);
      words[i] = prefixAt(bytes, offset + depth, offset + records.keyLength(record));
    }
  }

  #sortByWord(records: Records, from: number, to: number, depth: number): void {
    if (to - from <= INSERTION_LIMIT) {
      this.#insertionSort(records, from, to, depth);
      return;
    }
    const words = this.#words;
    if (to - from < WIDE_LIMIT) this.#radix(from, to, this.#counts, 8, 4);
    else this.#radix(from, to, this.#wideCounts, 11, 3);
    for (let first = from; first < to;) {
      const word = words[first];
      let end = first + 1;
      while (end < to && words[end] === word) end += 1;
      if (end - first > 1) this.#sortEqual(records, first, end, depth);
      first = end;
    }
  }

  /** Keys equal up to depth + 4, padding included: those that end here first, shorter ones first. */
  #sortEqual(records: Records, from: number, to: number, depth: number): void {
    if (to - from <= INSERTION_LIMIT) {
      this.#insertionSort(records, from, to, depth);
      return;
    }
    const order = this.#order;
    const other = this.#otherOrder;
    let place = from;
    for (let ended = 0; ended <= WORD; ended += 1) {
      for (let i = from; i < to; i += 1) {
        const record = order[i] as number;
        if (records.keyLength(record) - depth === ended) {
          other[place] = record;
          place += 1;
        }
      }
    }
    if (place === to && haveOneLength(records, order, from, to)) return;
    const rest = place;
    for (let i = from; i < to; i += 1) {
      const record = order[i] as number;
      if (records.keyLength(record) - depth > WORD) {
        other[place] = record;
        place += 1;
      }
    }
    order.set(other.subarray(from, to), from);
    if (to - rest > 1) this.#push(records, rest, to, depth + WORD);
  }

  /** Stable least-significant-digit radix sort of words and order as unsigned integers. */
  #radix(from: number, to: number, counts: Int32Array, bits: number, passes: number): void {
    const mask = (1 << bits) - 1;
    let words = this.#words;
    let otherWords = this.#otherWords;
    let order = this.#order;
    let otherOrder = this.#otherOrder;
    counts.fill(0);
    for (let i = from; i < to; i += 1) {
      const word = words[i] as number;
      for (let pass = 0; pass < passes; pass += 1) {
        const digit = (pass << bits) + ((word >>> (pass * bits)) & mask);
        counts[digit] = (counts[digit] as number) + 1;
      }
    }
    for (let pass = 0; pass < passes; pass += 1) {
      const shift = pass * bits;
      const base = pass << bits;
      if (counts[base + (((words[from] as number) >>> shift) & mask)] === to - from) continue;
      let place = from;
      for (let digit = base; digit <= base + mask; digit += 1) {
        const size = counts[digit] as number;
        counts[digit] = place;
        place += size;
      }
      for (let i = from; i < to; i += 1) {
        const word = words[i] as number;
        const digit = base + ((word >>> shift) & mask);
        const target = counts[digit] as number;
        counts[digit] = target + 1;
        otherWords[target] = word;
        otherOrder[target] = order[i] as number;
      }
      [words, otherWords] = [otherWords, words];
      [order, otherOrder] = [otherOrder, order];
    }
    if (order !== this.#order) {
      otherOrder.set(order.subarray(from, to), from);
      otherWords.set(words.subarray(from, to), from);
    }
  }
}

/** Whether keys that are equal up to padding have one length: then they are in order already. */
function haveOneLength(records: Records, order: Int32Array, from: number, to: number): boolean {
  const length = records.keyLength(order[from] as number);
  for (let i = from + 1; i < to; i += 1) {
    if (records.keyLength(order[i] as number) !== length) return false;
  }
  return true;
}
