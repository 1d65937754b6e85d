import type { Format } from '@mapreduce/protocol';
import { joinPath, type SyncFile } from '@mapreduce/service';
import type { SegmentFormat } from '../blocks/segment-format.ts';
import type { SegmentSummary, SegmentWriter } from '../records.ts';
import type { EnginePorts } from '../tasks.ts';
import { Writeback } from '../writeback.ts';
import { MapIndex } from './index-file.ts';

/** The two files of a map attempt's directory. */
export const dataFileName = 'data';
export const indexFileName = 'index';

export interface MapOutputOptions {
  /** Exists, and holds neither file. */
  readonly directory: string;
  readonly partitions: number;
  readonly format: Format;
  readonly segments: SegmentFormat;
  /** Whether both files and the directory are durable when `finish` returns. */
  readonly fsync: boolean;
}

/** Writes the output of a map attempt: all partitions into one data file, and its index. */
export class MapOutputWriter {
  readonly #options: MapOutputOptions;
  readonly #ports: EnginePorts;
  readonly #file: SyncFile;
  readonly #writeback: Writeback;
  readonly #summaries: SegmentSummary[] = [];
  /** The partition that is being written. */
  #open: number | undefined;

  /** Creates the data file. Throws `DiskError`, as does every method. */
  constructor(options: MapOutputOptions, ports: EnginePorts) {
    this.#options = options;
    this.#ports = ports;
    this.#file = ports.disk.create(joinPath(options.directory, dataFileName));
    this.#writeback = new Writeback(this.#file, options.fsync);
  }

  /**
   * A writer for the partition's segment, to be finished before the next is begun. Partitions come
   * in rising order; those left out are empty.
   */
  beginPartition(partition: number): SegmentWriter {
    if (partition < this.#summaries.length || partition >= this.#options.partitions) {
      const next = this.#summaries.length;
      throw new RangeError(
        `partition ${partition}; expected ${next} to ${this.#options.partitions - 1}`,
      );
    }
    this.#addEmptyUpTo(partition);
    this.#open = partition;
    const segment = this.#options.segments.writer(this.#file);
    return {
      append: (source, start, end, view) => segment.append(source, start, end, view),
      finish: () => {
        const summary = segment.finish();
        this.#summaries.push(summary);
        this.#open = undefined;
        this.#writeback.appended(summary.length);
        return summary;
      },
    };
  }

  /** Completes both files. The index names roots, and records and bytes of each partition. */
  finish(): MapIndex {
    this.#addEmptyUpTo(this.#options.partitions);
    const { directory, format, fsync } = this.#options;
    const index = MapIndex.build(format, this.#summaries, this.#ports);
    if (fsync) this.#file.fsync();
    this.#file.close();
    const file = this.#ports.disk.create(joinPath(directory, indexFileName));
    try {
      file.append(index.encode());
      if (fsync) file.fsync();
    } finally {
      file.close();
    }
    if (fsync) this.#ports.disk.fsyncDirectory(directory);
    return index;
  }

  /** Closes the data file of an attempt that is given up. */
  abandon(): void {
    this.#file.close();
  }

  #addEmptyUpTo(partition: number): void {
    if (this.#open !== undefined) {
      throw new Error(`partition ${this.#open} is begun and not finished`);
    }
    while (this.#summaries.length < partition) {
      this.#summaries.push(this.#options.segments.writer(this.#file).finish());
    }
  }
}
