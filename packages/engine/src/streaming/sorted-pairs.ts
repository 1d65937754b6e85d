import { joinPath, type SyncFile } from '@mapreduce/service';
import { SegmentFormat } from '../blocks/segment-format.ts';
import type { KeyCodec } from '../codec/keys.ts';
import { collectorBudget } from '../map/collector.ts';
import { MapOutput } from '../map/map-output.ts';
import { RecordCollector } from '../map/record-collector.ts';
import type { RecordCursor } from '../records.ts';
import { dataFileName } from '../segments/attempt-writer.ts';
import type { StreamingMapRun, StreamingPorts } from './streaming-run.ts';

/** Sorts what a mapper writes, on the disk if need be, for a combiner to read. */
export class SortedPairs {
  readonly collector: RecordCollector;
  readonly #directory: string;
  readonly #format: SegmentFormat;
  readonly #ports: StreamingPorts;
  #file: SyncFile | undefined;

  constructor(
    run: StreamingMapRun,
    keys: KeyCodec,
    ports: StreamingPorts,
    onProgress: () => number,
  ) {
    const { plan, split } = run;
    this.#directory = joinPath(run.directory, 'to-combine');
    ports.disk.makeDirectory(this.#directory);
    // It lives as long as this attempt; a combiner sees all keys in one order.
    const format = { format: 'binary', compression: 'none' } as const;
    const settings = { ...run.settings, ...format, fsync: false, reducers: 1 };
    const sorted = { directory: this.#directory, plan, settings };
    this.#format = new SegmentFormat(format, keys, ports);
    this.#ports = ports;
    const options = {
      keys,
      partitioner: { of: () => 0 },
      partitions: 1,
      output: new MapOutput(sorted, ports, keys, undefined, onProgress),
      budget: collectorBudget(settings.memory),
      onProgress,
      wordNumber: undefined,
    };
    this.collector = new RecordCollector(options, Math.ceil((split.end - split.start) * 1.1));
  }

  /** All that was collected, in order. Valid until `remove`. */
  sorted(): RecordCursor {
    const index = this.collector.finish();
    const path = joinPath(this.#directory, dataFileName);
    this.#file = this.#ports.disk.open(path);
    const range = { offset: 0, length: index.length(0), records: index.records(0) };
    return this.#format.cursor(this.#file, range, path);
  }

  remove(): void {
    this.#file?.close();
    this.#ports.disk.remove(this.#directory);
  }
}
