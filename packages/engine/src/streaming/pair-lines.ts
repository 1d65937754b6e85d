import { ByteWriter } from '../codec/byte-writer.ts';
import { VarintReader } from '../codec/varint.ts';
import type { BlockEmit } from '@mapreduce/sdk';
import { equalBytes } from '../codec/compare.ts';
import type { RecordCursor } from '../records.ts';
import { LoserTree } from '../merge/loser-tree.ts';
import type { TakeLine } from './output-lines.ts';
import type { Write } from './run-command.ts';

const tab = 0x09;
const lineFeed = 0x0a;
/** So much is collected before it is written. */
const batchSize = 1 << 16;

/** Emits a line `key<TAB>value`; a line without tab is a key with an empty value. */
export function emitLines(target: Pick<BlockEmit, 'bytes'>): TakeLine {
  return (source, start, end) => {
    // Most keys are short; and a search for what is not there would go on to the source's end.
    let keyEnd = start;
    while (keyEnd < end && source[keyEnd] !== tab) keyEnd += 1;
    target.bytes(source, start, keyEnd, Math.min(end, keyEnd + 1), end);
  };
}

/** Appends pairs that `emitLines` made, as lines `key<TAB>value`. */
export class PairLines {
  readonly #varint = new VarintReader();

  append(
    { bytes, keyStart, keyEnd, valueStart, valueEnd }: RecordCursor,
    target: ByteWriter,
  ): void {
    // Key and value begin with a tag each.
    target.raw(bytes, keyStart + 1, keyEnd);
    target.byte(tab);
    this.#varint.read(bytes, valueStart + 1, valueEnd);
    target.raw(bytes, this.#varint.position, valueEnd);
    target.byte(lineFeed);
  }
}

/**
 * Writes merged pairs to a command as lines, a batch at a time. Returns how many different keys there
 * were. `onRecords` is told now and then how many pairs were merged; it returns after how many again.
 */
export async function feedPairs(
  cursors: readonly RecordCursor[],
  write: Write,
  onRecords: (records: number) => number,
): Promise<number> {
  const tree = new LoserTree(cursors);
  const lines = new PairLines();
  const batch = new ByteWriter(batchSize + 4096);
  const key = new ByteWriter(256);
  let [keys, records, tellAt] = [0, 0, 1];
  for (let pair = tree.current; pair !== undefined; pair = tree.current) {
    const { bytes, keyStart, keyEnd } = pair;
    if (keys === 0 || !equalBytes(key.bytes, 0, key.length, bytes, keyStart, keyEnd)) {
      keys += 1;
      key.reset();
      key.raw(bytes, keyStart, keyEnd);
    }
    lines.append(pair, batch);
    tree.advance();
    records += 1;
    if (records === tellAt) tellAt += onRecords(records);
    if (batch.length < batchSize) continue;
    await write(batch.bytes.subarray(0, batch.length));
    batch.reset();
  }
  await write(batch.bytes.subarray(0, batch.length));
  onRecords(records);
  return keys;
}
