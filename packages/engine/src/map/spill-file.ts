import type { SyncDisk, SyncFile } from '@mapreduce/service';
import type { SegmentFormat } from '../blocks/segment-format.ts';
import type { RecordCursor, SegmentWriter } from '../records.ts';

/** Takes sorted records, partition by partition in rising order; those left out are empty. */
export interface PartitionSink {
  beginPartition(partition: number): SegmentWriter;
}

/** A sorted run on disk: a segment a partition, in one file. */
export class SpillFile implements PartitionSink {
  readonly #disk: SyncDisk;
  readonly #path: string;
  readonly #segments: SegmentFormat;
  readonly #file: SyncFile;
  readonly #offsets: Float64Array;
  readonly #lengths: Float64Array;
  readonly #records: Float64Array;
  #length = 0;

  constructor(disk: SyncDisk, path: string, partitions: number, segments: SegmentFormat) {
    this.#disk = disk;
    this.#path = path;
    this.#segments = segments;
    this.#offsets = new Float64Array(partitions);
    this.#lengths = new Float64Array(partitions);
    this.#records = new Float64Array(partitions);
    this.#file = disk.create(path);
  }

  beginPartition(partition: number): SegmentWriter {
    const writer = this.#segments.writer(this.#file);
    return {
      append: (source, start, end, view) => writer.append(source, start, end, view),
      finish: () => {
        const summary = writer.finish();
        this.#offsets[partition] = this.#length;
        this.#lengths[partition] = summary.length;
        this.#records[partition] = summary.records;
        this.#length += summary.length;
        return summary;
      },
    };
  }

  /** A cursor over a partition, which keeps its blocks in `buffer`; undefined if it is empty. */
  cursor(partition: number, buffer?: Uint8Array): RecordCursor | undefined {
    const records = this.#records[partition] as number;
    if (records === 0) return undefined;
    const offset = this.#offsets[partition] as number;
    const length = this.#lengths[partition] as number;
    const range = { offset, length, records };
    return this.#segments.cursor(this.#file, range, this.#path, buffer);
  }

  remove(): void {
    this.#file.close();
    this.#disk.remove(this.#path);
  }
}
