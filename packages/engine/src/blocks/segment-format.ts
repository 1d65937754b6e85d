import type { Compression, Format } from '@mapreduce/protocol';
import type { SyncFile } from '@mapreduce/service';
import type { KeyCodec } from '../codec/keys.ts';
import type { RecordCursor, SegmentWriter } from '../records.ts';
import type { EnginePorts } from '../tasks.ts';
import { binaryBlocks } from './binary-blocks.ts';
import { type BlockFormat, blockSize } from './block-format.ts';
import { jsonBlocks } from './json-blocks.ts';
import { BlockSegmentCursor, type SegmentRange } from './segment-cursor.ts';
import { BlockSegmentWriter } from './segment-writer.ts';

/** Writes and reads segments in one of the two formats of docs/formats.md. */
export class SegmentFormat {
  readonly #blocks: BlockFormat;
  readonly #ports: Pick<EnginePorts, 'codec' | 'digest'>;
  #buffer: Uint8Array | undefined;

  constructor(
    settings: { readonly format: Format; readonly compression: Compression },
    keys: KeyCodec,
    ports: Pick<EnginePorts, 'codec' | 'digest'>,
  ) {
    this.#ports = ports;
    this.#blocks =
      settings.format === 'json'
        ? jsonBlocks(ports.codec, keys)
        : binaryBlocks(ports.codec, settings.compression);
  }

  /**
   * A writer onto the end of `file`. Writers of one format share a block's buffer (256 KiB), so
   * one must be finished before the next is made.
   */
  writer(file: SyncFile): SegmentWriter {
    this.#buffer ??= new Uint8Array(blockSize);
    return new BlockSegmentWriter(file, this.#blocks, this.#ports.digest, this.#buffer);
  }

  /**
   * A cursor over the segment at `range` of `file`, which it does not close. It holds one block:
   * at most 256 KiB, or one record, and as much again while it is compressed. `name` is what
   * errors call the file; a `buffer` is the cursor's until the next is made with it.
   */
  cursor(file: SyncFile, range: SegmentRange, name: string, buffer?: Uint8Array): RecordCursor {
    return new BlockSegmentCursor(file, this.#blocks, range, name, buffer);
  }
}
