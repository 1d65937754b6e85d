import { type Key, scanWords, type Value } from '@mapreduce/sdk';
import type { WordNumber } from '@mapreduce/sdk/engine';
import { ByteWriter, varintLength } from '../codec/byte-writer.ts';
import { viewOf } from '../codec/copy-words.ts';
import { bytesTag } from '../codec/key-parts.ts';
import type { KeyCodec } from '../codec/keys.ts';
import { encodeValue } from '../codec/values.ts';
import { varintAt } from '../codec/varint.ts';
import { type Records, RecordSorter, sortBytes } from '../merge/sort-records.ts';
import type { MapIndex } from '../segments/index-file.ts';
import { ProgramError } from '../tasks.ts';
import type { Collector } from './collector.ts';
import { EmissionGate } from './emission-gate.ts';
import type { MapOutput } from './map-output.ts';
import { guarded, type Partitioner } from './partitioner.ts';
import type { PartitionSink } from './spill-file.ts';

/** Its place and its partition, and what sorting takes. */
const bytesPerRecord = 2 * 4 + sortBytes;
/** Records that are loaded together before they are copied. */
const batch = 32;
/** `values.ts`: the tag of a byte array. */
const bytesValueTag = 0x07;

export interface CollectorOptions {
  readonly keys: KeyCodec;
  readonly partitioner: Partitioner;
  readonly partitions: number;
  readonly output: MapOutput;
  /** In canonical bytes and fixed costs a record. */
  readonly budget: number;
  /** Called now and then; returns after how many more pairs it is to be called again. */
  readonly onProgress: () => number;
  /** What the program's SDK knows of the words that are emitted. */
  readonly wordNumber: WordNumber | undefined;
}

/** Collects framed records in one arena; sorts their places, and writes them in order. */
export class RecordCollector implements Collector {
  emitted = 0;
  #tellAt = 1;
  readonly #options: CollectorOptions;
  readonly #keys: KeyCodec;
  readonly #partitioner: Partitioner;
  readonly #gate = new EmissionGate();
  readonly #sorter = new RecordSorter();
  readonly #arena: ByteWriter;
  readonly #key = new ByteWriter(256);
  readonly #value = new ByteWriter(256);
  /** Where each record begins in the arena, and its partition. */
  #places = new Int32Array(1 << 14);
  #partitions = new Int32Array(1 << 14);
  #count = 0;
  #largest = 0;
  /** What `bytes` was last given, and its view. */
  #source: Uint8Array = new Uint8Array(0);
  #sourceView: DataView = viewOf(this.#source);
  /** Where the records of a batch end. */
  readonly #ends = new Int32Array(batch);
  /** Nobody reads it; loads whose values go nowhere could be optimised away. */
  touched = 0;

  /** `expected` bytes of records are to be collected, more or less. */
  constructor(options: CollectorOptions, expected: number) {
    this.#options = options;
    this.#keys = options.keys;
    this.#partitioner = guarded(options.partitioner, this.#gate);
    this.#arena = new ByteWriter(Math.min(options.budget, Math.max(1 << 16, expected)));
  }

  pair(key: Key, value: Value): void {
    if (this.#gate.closed) this.#gate.refuse();
    this.#key.reset();
    this.#keys.encode(key, this.#key);
    this.#value.reset();
    encodeValue(value, this.#value);
    this.#appendScratch();
  }

  text(source: Uint8Array, start: number, end: number, value: number): void {
    if (this.#gate.closed) this.#gate.refuse();
    this.#key.reset();
    this.#keys.encodeText(source, start, end, this.#key);
    this.#value.reset();
    encodeValue(value, this.#value);
    this.#appendScratch();
  }

  words(source: Uint8Array, value: number): void {
    scanWords(source, (_source, start, end) => this.text(source, start, end, value));
  }

  bytes(
    source: Uint8Array,
    keyStart: number,
    keyEnd: number,
    valueStart: number,
    valueEnd: number,
  ): void {
    if (this.#gate.closed) this.#gate.refuse();
    if (source !== this.#source) {
      this.#source = source;
      this.#sourceView = viewOf(source);
    }
    const valueLength = valueEnd - valueStart;
    const encoded = 1 + varintLength(valueLength) + valueLength;
    if (this.#keys.rawPlain) {
      // The common case goes into the arena at once.
      const keyLength = 1 + keyEnd - keyStart;
      this.#makeRoom(keyLength, encoded);
      const arena = this.#arena;
      const place = arena.length;
      arena.varint(keyLength);
      arena.byte(bytesTag);
      arena.raw(source, keyStart, keyEnd);
      this.#index(place, keyLength);
    } else {
      this.#key.reset();
      this.#keys.encodeBytes(source, keyStart, keyEnd, this.#key);
      this.#makeRoom(this.#key.length, encoded);
      this.#appendKey();
    }
    const arena = this.#arena;
    arena.varint(encoded);
    arena.byte(bytesValueTag);
    arena.varint(valueLength);
    arena.raw(source, valueStart, valueEnd, this.#sourceView);
  }

  finish(): MapIndex {
    if (this.#gate.closed) this.#gate.refuse();
    this.#gate.end();
    return this.#options.output.finish(
      (sink) => this.#dump(sink),
      () => this.#largest,
    );
  }

  discard(): void {
    this.#gate.end();
    this.#options.output.discard();
  }

  #appendScratch(): void {
    const value = this.#value;
    this.#makeRoom(this.#key.length, value.length);
    this.#appendKey();
    this.#arena.varint(value.length);
    this.#arena.raw(value.bytes, 0, value.length);
  }

  #appendKey(): void {
    const key = this.#key;
    const place = this.#arena.length;
    this.#arena.varint(key.length);
    this.#arena.raw(key.bytes, 0, key.length);
    this.#index(place, key.length);
  }

  /** Spills if the record that is to come does not fit. */
  #makeRoom(keyLength: number, valueLength: number): void {
    const length = varintLength(keyLength) + keyLength + varintLength(valueLength) + valueLength;
    if (length > this.#largest) {
      const { budget } = this.#options;
      if (length > budget) {
        throw new ProgramError(
          `a pair of ${length} bytes was emitted; at most ${budget} bytes, half of --memory, fit`,
        );
      }
      this.#largest = length;
    }
    const used = this.#arena.length + this.#count * bytesPerRecord;
    if (used + length + bytesPerRecord > this.#options.budget) this.#spill();
    this.emitted += 1;
    if (this.emitted === this.#tellAt) this.#tellAt += this.#options.onProgress();
  }

  #spill(): void {
    if (this.#count === 0) return;
    this.#gate.during('while records are spilled', () => {
      this.#options.output.spill((sink) => this.#dump(sink));
      this.#arena.reset();
      this.#count = 0;
    });
  }

  /** Notes the record at `place`, of which the key is there. */
  #index(place: number, keyLength: number): void {
    const record = this.#count;
    if (record === this.#places.length) {
      this.#places = doubled(this.#places);
      this.#partitions = doubled(this.#partitions);
    }
    const { bytes, length } = this.#arena;
    this.#places[record] = place;
    this.#partitions[record] = this.#partitioner.of(bytes, length - keyLength, length);
    this.#count = record + 1;
  }

  #dump(sink: PartitionSink): void {
    const { partitions, onProgress } = this.#options;
    const { bytes, view } = this.#arena;
    const records = new PlacedRecords(bytes, this.#places, this.#count);
    const { order, starts } = this.#sorter.sort(records, this.#partitions, partitions);
    for (let partition = 0; partition < partitions; partition += 1) {
      const first = starts[partition] as number;
      const after = starts[partition + 1] as number;
      if (first === after) continue;
      const segment = sink.beginPartition(partition);
      for (let from = first; from < after; from += batch) {
        const size = Math.min(batch, after - from);
        this.#load(bytes, order, from, size);
        for (let i = 0; i < size; i += 1) {
          segment.append(bytes, order[from + i] as number, this.#ends[i] as number, view);
        }
      }
      segment.finish();
      onProgress();
    }
  }

  /**
   * Finds the ends of `size` records and loads both of their ends. Records lie at random, so each
   * costs a cache miss or two: in tight loops those of some records overlap, where a copy of one
   * record after the other waits for each.
   */
  #load(bytes: Uint8Array, order: Int32Array, from: number, size: number): void {
    const ends = this.#ends;
    let sum = 0;
    for (let i = from; i < from + size; i += 1) sum += bytes[order[i] as number] as number;
    for (let i = 0; i < size; i += 1) {
      const place = order[from + i] as number;
      const keyLength = varintAt(bytes, place);
      const valueAt = place + varintLength(keyLength) + keyLength;
      const valueLength = varintAt(bytes, valueAt);
      const end = valueAt + varintLength(valueLength) + valueLength;
      ends[i] = end;
      sum += bytes[end - 1] as number;
    }
    this.touched = sum;
  }
}

/** Framed records, known by where they begin. */
class PlacedRecords implements Records {
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly #places: Int32Array;

  constructor(bytes: Uint8Array, places: Int32Array, count: number) {
    this.bytes = bytes;
    this.#places = places;
    this.count = count;
  }

  at(i: number): number {
    return this.#places[i] as number;
  }

  keyOffset(place: number): number {
    return place + varintLength(varintAt(this.bytes, place));
  }

  keyLength(place: number): number {
    return varintAt(this.bytes, place);
  }
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}
