import { joinPath } from '@mapreduce/service';
import type { KeyCodec } from '../codec/keys.ts';
import { SegmentFormat } from '../blocks/segment-format.ts';
import { fanIn } from '../merge/fan-in.ts';
import { SegmentMerger } from '../merge/merge-into.ts';
import type { RecordCursor } from '../records.ts';
import { MapOutputWriter } from '../segments/attempt-writer.ts';
import type { MapIndex } from '../segments/index-file.ts';
import type { EnginePorts, MapRun } from '../tasks.ts';
import type { Combiner } from './combiner.ts';
import { type PartitionSink, SpillFile } from './spill-file.ts';

/** Writes what a collector holds, sorted by (partition, key), values of a key in order. */
export type Dump = (sink: PartitionSink) => void;

/**
 * Where a collector's records go: sorted runs on disk while there are more than fit, and at the end
 * the attempt's data and index. Runs are merged by neighbours, so values of a key stay in the order
 * in which they were emitted.
 */
export class MapOutput {
  /** Runs that were written because memory was full, and by merges of runs. */
  spills = 0;
  #runs: SpillFile[] = [];
  #files = 0;
  readonly #run: MapRun;
  readonly #ports: EnginePorts;
  readonly #keys: KeyCodec;
  readonly #combiner: Combiner | undefined;
  readonly #onProgress: () => number;

  constructor(
    run: MapRun,
    ports: EnginePorts,
    keys: KeyCodec,
    combiner: Combiner | undefined,
    onProgress: () => number,
  ) {
    this.#run = run;
    this.#ports = ports;
    this.#keys = keys;
    this.#combiner = combiner;
    this.#onProgress = onProgress;
  }

  spill(dump: Dump): void {
    dump(this.#addRun());
    this.spills += 1;
  }

  /**
   * Writes the attempt's files: straight from memory if nothing was spilled. `largestRecord`, asked
   * after the last dump, bounds the records of all runs.
   */
  finish(dump: Dump, largestRecord: () => number): MapIndex {
    if (this.#runs.length > 0) this.spill(dump);
    const writer = this.#writer();
    try {
      if (this.#runs.length === 0) dump(writer);
      else this.#mergeAll(writer, fanIn(this.#run.settings.memory / 2, largestRecord()));
      return writer.finish();
    } catch (error) {
      writer.abandon();
      throw error;
    } finally {
      this.discard();
    }
  }

  /** Removes all runs. */
  discard(): void {
    for (const run of this.#runs) run.remove();
    this.#runs = [];
  }

  #mergeAll(target: PartitionSink, width: number): void {
    const { order } = this.#run.plan.description;
    const merger = new SegmentMerger(this.#combiner, order, this.#onProgress);
    while (this.#runs.length > width) {
      const runs = this.#runs;
      this.#runs = [];
      for (let first = 0; first < runs.length; first += width) {
        const neighbours = runs.slice(first, first + width);
        const [only, ...others] = neighbours;
        if (only !== undefined && others.length === 0) {
          this.#runs.push(only);
          continue;
        }
        this.#merge(neighbours, this.#addRun(), merger);
        this.spills += 1;
        for (const run of neighbours) run.remove();
      }
    }
    this.#merge(this.#runs, target, merger);
  }

  #merge(runs: readonly SpillFile[], target: PartitionSink, merger: SegmentMerger): void {
    for (let partition = 0; partition < this.#run.settings.reducers; partition += 1) {
      const cursors: RecordCursor[] = [];
      for (const run of runs) {
        const cursor = run.cursor(partition);
        if (cursor !== undefined) cursors.push(cursor);
      }
      if (cursors.length === 0) continue;
      const segment = target.beginPartition(partition);
      merger.merge(cursors, segment);
      segment.finish();
      this.#onProgress();
    }
  }

  #addRun(): SpillFile {
    const { directory, settings } = this.#run;
    const path = joinPath(directory, `spill-${this.#files}`);
    this.#files += 1;
    // Runs live on this machine for minutes: they are written as fast as possible.
    const format = { format: 'binary', compression: 'none' } as const;
    const segments = new SegmentFormat(format, this.#keys, this.#ports);
    const file = new SpillFile(this.#ports.disk, path, settings.reducers, segments);
    this.#runs.push(file);
    return file;
  }

  #writer(): MapOutputWriter {
    const { directory, settings } = this.#run;
    return new MapOutputWriter(
      {
        directory,
        partitions: settings.reducers,
        format: settings.format,
        segments: new SegmentFormat(settings, this.#keys, this.#ports),
        fsync: settings.fsync,
      },
      this.#ports,
    );
  }
}
