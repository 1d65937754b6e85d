import type { Reader } from './readers.ts';
import type { Key, Value } from './values.ts';
import type { Writer } from './writers.ts';
import { wordNumbers } from './word-numbers.ts';
import { wordNumber } from './words.ts';

/** Emits one pair. Both are encoded before it returns, so the caller may reuse what it passed. */
export type Emit<K extends Key, V extends Value> = (key: K, value: V) => void;

/** What `mapBlock` emits with: bytes go in without becoming JavaScript values. */
export interface BlockEmit {
  /** Key: the string whose UTF-8 is `source[start, end)` (well formed). Value: a number. */
  text(source: Uint8Array, start: number, end: number, value: number): void;
  /**
   * Emits every word of UTF-8 text, as `scanWords` finds them, with a number: as `text` of each, and
   * several times as fast where `combine` is `sumValues`.
   */
  words(source: Uint8Array, value: number): void;
  /** Key: the bytes `source[keyStart, keyEnd)`. Value: the bytes `source[valueStart, valueEnd)`. */
  bytes(
    source: Uint8Array,
    keyStart: number,
    keyEnd: number,
    valueStart: number,
    valueEnd: number,
  ): void;
  /** Any pair. */
  pair(key: Key, value: Value): void;
}

/** What a task can ask and say beside its records. One object lives as long as the attempt. */
export interface TaskContext {
  /** Adds to a counter; each task counts once, however many attempts it took. */
  count(counter: string, by?: number): void;
}

export interface MapContext extends TaskContext {
  /** The input as the user named it. */
  readonly file: string;
  /** Byte offset in the file of the record (in `mapBlock`: of the block) being mapped. */
  readonly offset: number;
}

/** Direction of one element of a key. */
export type Order = 'ascending' | 'descending';

/** Cuts the key space into ranges of about equal weight, seen in a sample of each input. */
export interface RangePartition {
  readonly kind: 'range';
  /** Keys sampled over the whole input. Default: 1,000 for each part, 100,000 at most. */
  readonly samples?: number;
}

/** Parts that are sorted among each other: every key of part i is at most any key of part i+1. */
export function rangePartition(options: Pick<RangePartition, 'samples'> = {}): RangePartition {
  return { kind: 'range', ...options };
}

interface JobBase<K extends Key, V extends Value, OK extends Key, OV extends Value> {
  /**
   * Folds values of one key on the map side and between merges. Must be associative, and give a
   * value that `combine` and `reduce` accept again.
   */
  readonly combine?: (key: K, values: Iterable<V>) => V;
  /**
   * Called once a key (or group), in key order; values come in input order and may be left unread.
   * Without it every pair goes to the writer as it is.
   */
  readonly reduce?: (key: K, values: Iterable<V>, emit: Emit<OK, OV>, context: TaskContext) => void;
  /** Which of `partitions` parts takes a key. Default: `ihash(key) % partitions`. */
  readonly partition?: RangePartition | ((key: K, partitions: number) => number);
  /** Direction of each element of a tuple key (or, with one entry, of a plain key). */
  readonly order?: readonly Order[];
  /**
   * Secondary sort: pairs are partitioned and grouped by the first `group` elements of their tuple
   * key, and ordered by all of it. `reduce` is given the first full key of the group.
   */
  readonly group?: number;
  /** Default: `textWriter()`. */
  readonly writer?: Writer;
  /** The functions act on the world outside: no backup attempts run. */
  readonly sideEffects?: boolean;
  /**
   * `map` may give other records when it runs again on the same input: it draws lots, looks at the
   * clock or asks a service. Then parts may be made of different runs of one map, and a map that ran
   * twice is no fault; without it such a map fails the job where parts would not fit together.
   */
  readonly nondeterministic?: boolean;
}

interface RecordJob<
  R,
  K extends Key,
  V extends Value,
  OK extends Key,
  OV extends Value,
> extends JobBase<K, V, OK, OV> {
  /** Default: `lines()`. */
  readonly reader?: Reader<R>;
  readonly map: (record: R, emit: Emit<K, V>, context: MapContext) => void;
  readonly mapBlock?: never;
}

interface BlockJob<
  R,
  K extends Key,
  V extends Value,
  OK extends Key,
  OV extends Value,
> extends JobBase<K, V, OK, OV> {
  /** Where blocks may be cut: each holds whole records of this reader (`lines` or `fixed`). */
  readonly reader?: Reader<R>;
  readonly map?: never;
  /** Sees many records at once. The block is only valid during the call. */
  readonly mapBlock: (block: Uint8Array, emit: BlockEmit, context: MapContext) => void;
}

/** A MapReduce program: what a user's module exports as its default. */
export type Job<
  R = string,
  K extends Key = string,
  V extends Value = number,
  OK extends Key = Key,
  OV extends Value = Value,
> = RecordJob<R, K, V, OK, OV> | BlockJob<R, K, V, OK, OV>;

/**
 * Types a program from record to output. Types flow from the reader and from an annotated `emit`
 * (`emit: Emit<string, Posting>`); without annotation keys are strings and values numbers.
 * Functions are synchronous; the engine refuses async ones when it describes the job.
 */
export function defineJob<
  R = string,
  K extends Key = string,
  V extends Value = number,
  OK extends Key = Key,
  OV extends Value = Value,
>(job: Job<R, K, V, OK, OV>): Job<R, K, V, OK, OV> {
  return Object.assign({ [wordNumbers]: wordNumber }, job);
}
