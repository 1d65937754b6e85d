import type { Order } from '@mapreduce/sdk';
import { ByteWriter } from '../codec/byte-writer.ts';
import { KeyCodec } from '../codec/keys.ts';
import { encodeValue } from '../codec/values.ts';
import type { Combiner } from '../map/combiner.ts';
import type { RecordCursor, SegmentWriter } from '../records.ts';
import { Groups } from './groups.ts';
import { LoserTree } from './loser-tree.ts';

/**
 * Merges sorted cursors into one segment, equal keys in the order of the cursors; with a combiner,
 * the values of one key become one.
 */
export class SegmentMerger {
  readonly #combiner: Combiner | undefined;
  /** Combining goes by whole keys, whatever the program groups by. */
  readonly #keys: KeyCodec;
  readonly #onProgress: () => number;
  readonly #record = new ByteWriter(1024);
  readonly #value = new ByteWriter(256);

  constructor(combiner: Combiner | undefined, order: readonly Order[], onProgress: () => number) {
    this.#combiner = combiner;
    this.#keys = new KeyCodec({ order });
    this.#onProgress = onProgress;
  }

  merge(cursors: readonly RecordCursor[], target: SegmentWriter): void {
    const combiner = cursors.length > 1 ? this.#combiner : undefined;
    if (combiner === undefined) this.#interleave(cursors, target);
    else this.#combine(cursors, combiner, target);
  }

  #interleave(cursors: readonly RecordCursor[], target: SegmentWriter): void {
    const tree = new LoserTree(cursors);
    let records = 0;
    let tellAt = 1;
    for (let cursor = tree.current; cursor !== undefined; cursor = tree.current) {
      target.append(cursor.bytes, cursor.start, cursor.end, cursor.view);
      tree.advance();
      records += 1;
      if (records === tellAt) tellAt += this.#onProgress();
    }
  }

  #combine(cursors: readonly RecordCursor[], combiner: Combiner, target: SegmentWriter): void {
    const groups = new Groups(cursors, this.#keys, this.#onProgress);
    while (groups.next()) {
      const { head } = groups;
      if (groups.single) {
        target.append(head.bytes, 0, head.length);
        continue;
      }
      this.#value.reset();
      encodeValue(combiner.values(groups.key(), groups), this.#value);
      this.#record.reset();
      groups.copyKey(this.#record);
      this.#record.varint(this.#value.length);
      this.#record.raw(this.#value.bytes, 0, this.#value.length);
      target.append(this.#record.bytes, 0, this.#record.length);
    }
  }
}
