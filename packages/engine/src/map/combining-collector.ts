import { type Key, scanWords, type Value } from '@mapreduce/sdk';
import { encodeNumber } from '../codec/values.ts';
import { RecordSorter } from '../merge/sort-records.ts';
import type { MapIndex } from '../segments/index-file.ts';
import type { Collector } from './collector.ts';
import type { Combiner } from './combiner.ts';
import { EmissionGate } from './emission-gate.ts';
import { KeyEntries } from './key-entries.ts';
import type { KeyTable } from './key-table.ts';
import { NumberCells } from './number-cells.ts';
import { NumberLists } from './number-lists.ts';
import type { Numbers } from './numbers.ts';
import { guarded, type Partitioner } from './partitioner.ts';
import type { CollectorOptions } from './record-collector.ts';
import { RecordFramer } from './record-framer.ts';
import type { PartitionSink } from './spill-file.ts';
import { ValueLists } from './value-lists.ts';
import { WordSums } from './word-sums.ts';

/** What an entry takes beside its key and values: slots, offsets, partition, lists, sorting. */
const bytesPerEntry = 128;

/**
 * Aggregates pairs by key while they are emitted. Values that wait for `combine` are unboxed numbers
 * where they can be, else encoded; when `combine` is called depends on what was emitted alone.
 */
export class CombiningCollector implements Collector {
  emitted = 0;
  #tellAt = 1;
  readonly #options: CollectorOptions;
  readonly #partitioner: Partitioner;
  readonly #keys: KeyEntries;
  readonly #table: KeyTable;
  readonly #combiner: Combiner;
  readonly #gate = new EmissionGate();
  readonly #inPairs: boolean;
  readonly #numbers: Numbers;
  /** The same where numbers are added up as they come. */
  readonly #sums: NumberCells | undefined;
  /** Holds some of the sums while `words` alone is called. */
  #words: WordSums | undefined;
  readonly #values = new ValueLists();
  readonly #sorter = new RecordSorter();
  readonly #framer: RecordFramer;
  #partitions = new Int32Array(1 << 12);
  /** Entries that have values; an entry of this number is new. */
  #known = 0;
  #numbersUsed = 0;

  /**
   * `inPairs`: numbers are combined two at a time, at once, which is best where `pair` is all that
   * is called, since it has the key at hand. Else they wait in lists, as the key has to be decoded.
   */
  constructor(options: CollectorOptions, combiner: Combiner, inPairs: boolean) {
    this.#options = options;
    this.#partitioner = guarded(options.partitioner, this.#gate);
    this.#keys = new KeyEntries(options.keys, options.wordNumber);
    this.#table = this.#keys.table;
    this.#combiner = combiner;
    this.#framer = new RecordFramer(options.budget);
    this.#inPairs = inPairs && !combiner.isSum;
    this.#sums = combiner.isSum ? new NumberCells() : undefined;
    this.#numbers =
      this.#sums ??
      (this.#inPairs ? new NumberCells() : new NumberLists((entry) => this.#foldNumbers(entry)));
  }

  pair(key: Key, value: Value): void {
    this.#prepare();
    const entry = this.#keys.of(key);
    if (typeof value !== 'number') this.#addValue(entry, value);
    else if (this.#inPairs && this.#hasNumber(entry)) this.#combinePair(entry, key, value);
    else this.#addNumber(entry, value);
  }

  text(source: Uint8Array, start: number, end: number, value: number): void {
    this.#prepare();
    const entry = this.#keys.ofText(source, start, end);
    const sums = this.#sums;
    // The most frequent case of all: a known key with one number grows nothing.
    if (sums !== undefined && entry < this.#known && sums.add(entry, value)) this.#count(1);
    else this.#addNumber(entry, value);
  }

  words(source: Uint8Array, value: number): void {
    if (this.#gate.closed) this.#gate.refuse();
    if (this.#sums === undefined) {
      scanWords(source, (_source, start, end) => this.text(source, start, end, value));
    } else {
      this.#words ??= this.#wordSums(this.#sums);
      this.#words.add(source, value);
    }
  }

  bytes(
    source: Uint8Array,
    keyStart: number,
    keyEnd: number,
    valueStart: number,
    valueEnd: number,
  ): void {
    this.#prepare();
    const entry = this.#keys.ofBytes(source, keyStart, keyEnd);
    this.#addValue(entry, source.subarray(valueStart, valueEnd));
  }

  finish(): MapIndex {
    if (this.#gate.closed) this.#gate.refuse();
    this.#gate.end();
    const index = this.#options.output.finish(
      (sink) => this.#dump(sink),
      () => this.#framer.largest,
    );
    this.#words?.end();
    return index;
  }

  discard(): void {
    this.#gate.end();
    this.#options.output.discard();
  }

  /** Before each emission of one pair. */
  #prepare(): void {
    if (this.#gate.closed) this.#gate.refuse();
    if (this.#words?.isAhead === true) this.#words.settle();
  }

  #wordSums(sums: NumberCells): WordSums {
    return new WordSums(sums, {
      emitWord: (source, start, end, value) => {
        const entry = this.#keys.ofText(source, start, end);
        this.#addNumber(entry, value);
        // All entries are gone if that spilled.
        return entry < this.#known && sums.count(entry) === 1 ? entry : -1;
      },
      countWords: (count) => this.#count(count),
    });
  }

  #hasNumber(entry: number): boolean {
    return entry !== this.#known && this.#numbers.count(entry) === 1;
  }

  #combinePair(entry: number, key: Key, value: number): void {
    this.#gate.enter('by combine');
    let result: Value;
    try {
      result = this.#combiner.pair(key, this.#numbers.value(entry, 0), value);
    } catch (error) {
      this.#gate.fail(error);
      throw error;
    }
    this.#gate.leave();
    this.#count(1);
    if (typeof result === 'number') {
      this.#numbers.set(entry, result);
    } else {
      this.#replaceNumbers(entry, result);
      this.#checkBudget();
    }
  }

  #count(pairs: number): void {
    this.emitted += pairs;
    if (this.emitted >= this.#tellAt) this.#tellAt = this.emitted + this.#options.onProgress();
  }

  #addNumber(entry: number, value: number): void {
    if (entry === this.#known) {
      this.#begin(entry);
      this.#numbers.begin(entry, value);
    } else if (!this.#numbers.add(entry, value)) {
      this.#addValue(entry, value);
      return;
    }
    this.#count(1);
    const { used } = this.#numbers;
    if (used !== this.#numbersUsed) {
      this.#numbersUsed = used;
      this.#checkBudget();
    }
  }

  #addValue(entry: number, value: Value): void {
    if (entry === this.#known) {
      this.#begin(entry);
      this.#numbers.skip(entry);
    } else {
      this.#unbox(entry);
    }
    try {
      this.#values.add(entry, value);
    } catch (error) {
      this.#gate.fail(error);
      throw error;
    }
    this.#count(1);
    if (this.#values.isFull(entry)) this.#foldValues(entry);
    this.#checkBudget();
  }

  /** Moves the numbers of an entry, to which something else comes, to its other list. */
  #unbox(entry: number): void {
    const count = this.#numbers.count(entry);
    for (let i = 0; i < count; i += 1) this.#values.add(entry, this.#numbers.value(entry, i));
    if (count > 0) this.#numbers.drop(entry);
  }

  #begin(entry: number): void {
    if (entry === this.#partitions.length) {
      const larger = new Int32Array(2 * entry);
      larger.set(this.#partitions);
      this.#partitions = larger;
    }
    const start = this.#table.keyOffset(entry);
    const end = start + this.#table.keyLength(entry);
    this.#partitions[entry] = this.#partitioner.of(this.#table.arena, start, end);
    this.#known = entry + 1;
  }

  #foldNumbers(entry: number): void {
    const count = this.#numbers.count(entry);
    const values = new Array<number>(count);
    for (let i = 0; i < count; i += 1) values[i] = this.#numbers.value(entry, i);
    const result = this.#gate.during('by combine', () =>
      this.#combiner.numbers(this.#keys.key(entry), values),
    );
    if (typeof result === 'number') this.#numbers.set(entry, result);
    else this.#replaceNumbers(entry, result);
  }

  /** Numbers were combined to something else. */
  #replaceNumbers(entry: number, value: Value): void {
    this.#numbers.drop(entry);
    this.#values.set(entry, value);
  }

  #foldValues(entry: number): void {
    const result = this.#gate.during('by combine', () =>
      this.#combiner.values(this.#keys.key(entry), this.#values.read(entry)),
    );
    this.#values.set(entry, result);
  }

  #checkBudget(): void {
    const { keyBytes, size } = this.#table;
    const lists = 8 * this.#numbers.used + this.#values.usedBytes;
    if (keyBytes + size * bytesPerEntry + lists <= this.#options.budget) return;
    this.#gate.during('while records are spilled', () => {
      this.#options.output.spill((sink) => this.#dump(sink));
    });
    this.#keys.clear();
    this.#numbers.clear();
    this.#values.clear();
    this.#known = 0;
    this.#numbersUsed = 0;
  }

  #dump(sink: PartitionSink): void {
    this.#words?.settle();
    const { partitions, onProgress } = this.#options;
    const keys = this.#table.all();
    const { bytes } = keys;
    const { order, starts } = this.#sorter.sort(keys, this.#partitions, partitions);
    const framer = this.#framer;
    for (let partition = 0; partition < partitions; partition += 1) {
      const first = starts[partition] as number;
      const after = starts[partition + 1] as number;
      if (first === after) continue;
      const segment = sink.beginPartition(partition);
      for (let i = first; i < after; i += 1) {
        const entry = order[i] as number;
        const start = keys.keyOffset(entry);
        this.#encodeValue(entry);
        framer.append(segment, bytes, start, start + keys.keyLength(entry));
      }
      segment.finish();
      onProgress();
    }
  }

  /** Hands the framer the one value that the entry's values combine to. */
  #encodeValue(entry: number): void {
    if (this.#numbers.count(entry) > 1) this.#foldNumbers(entry);
    const { value } = this.#framer;
    value.reset();
    if (this.#numbers.count(entry) === 1) {
      encodeNumber(this.#numbers.value(entry, 0), value);
    } else {
      if (this.#values.count(entry) > 1) this.#foldValues(entry);
      this.#values.copy(entry, value);
    }
  }
}
