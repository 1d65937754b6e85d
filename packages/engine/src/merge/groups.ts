import type { Key, Value } from '@mapreduce/sdk';
import { ByteWriter } from '../codec/byte-writer.ts';
import { equalBytes } from '../codec/compare.ts';
import type { KeyCodec } from '../codec/keys.ts';
import { decodeValue } from '../codec/values.ts';
import type { RecordCursor } from '../records.ts';
import { LoserTree } from './loser-tree.ts';

/**
 * Walks over a merge of sorted cursors one group at a time, a group being the records whose keys
 * are equal as far as `KeyCodec.groupEnd` says. Values are decoded as they are asked for; a group
 * may be left before its end.
 */
export class Groups {
  /** Records seen. */
  records = 0;
  readonly #tree: LoserTree;
  readonly #keys: KeyCodec;
  /** Called now and then, also in the middle of a group; returns after how many records again. */
  readonly #onProgress: () => number;
  #tellAt = 1;
  /** The group's first record, framed: its cursor has moved on. */
  readonly #head = new ByteWriter(1024);
  #keyStart = 0;
  #keyEnd = 0;
  #groupEnd = 0;
  #valueStart = 0;
  /** How many values of the group were given, and whether another one waits. */
  #given = 0;
  #more = false;

  constructor(cursors: readonly RecordCursor[], keys: KeyCodec, onProgress: () => number) {
    this.#tree = new LoserTree(cursors);
    this.#keys = keys;
    this.#onProgress = onProgress;
  }

  /** Passes over what is left of the group and goes to the next; false at the end. */
  next(): boolean {
    while (this.#more) this.#advance();
    const cursor = this.#tree.current;
    if (cursor === undefined) return false;
    const { start } = cursor;
    this.#head.reset();
    this.#head.raw(cursor.bytes, start, cursor.end);
    this.#keyStart = cursor.keyStart - start;
    this.#keyEnd = cursor.keyEnd - start;
    this.#valueStart = cursor.valueStart - start;
    this.#groupEnd = this.#keys.groupEnd(this.#head.bytes, this.#keyStart, this.#keyEnd);
    this.#given = 0;
    this.#advance();
    return true;
  }

  /** Whether the group has one record alone. */
  get single(): boolean {
    return this.#given === 0 && !this.#more;
  }

  /** The group's first record. */
  get head(): ByteWriter {
    return this.#head;
  }

  /** The first key of the group. */
  key(): Key {
    return this.#keys.decode(this.#head.bytes, this.#keyStart, this.#keyEnd);
  }

  /** Appends the encoded first key, framed, to `target`. */
  copyKey(target: ByteWriter): void {
    target.raw(this.#head.bytes, 0, this.#keyEnd);
  }

  /** Whether the group has values that were not yet given. */
  get hasValue(): boolean {
    return this.#given === 0 || this.#more;
  }

  /** The next value of the group; `hasValue` must be true. */
  value(): Value {
    this.#given += 1;
    if (this.#given === 1) {
      return decodeValue(this.#head.bytes, this.#valueStart, this.#head.length);
    }
    const { bytes, valueStart, valueEnd } = this.#tree.current as RecordCursor;
    const value = decodeValue(bytes, valueStart, valueEnd);
    this.#advance();
    return value;
  }

  /** Steps over one record of the group and looks whether the next belongs to it. */
  #advance(): void {
    this.#tree.advance();
    this.records += 1;
    if (this.records === this.#tellAt) this.#tellAt += this.#onProgress();
    const next = this.#tree.current;
    this.#more = next !== undefined && this.#isOfGroup(next);
  }

  #isOfGroup({ bytes, keyStart, keyEnd }: RecordCursor): boolean {
    const end = this.#keys.groupEnd(bytes, keyStart, keyEnd);
    return equalBytes(this.#head.bytes, this.#keyStart, this.#groupEnd, bytes, keyStart, end);
  }
}
