import { joinPath } from '@mapreduce/service';
import type { KeyCodec } from '../codec/keys.ts';
import { blockSize } from '../blocks/block-format.ts';
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

/** What of a map's run shapes its output. */
export type MapOutputRun = Pick<MapRun, 'directory' | 'plan' | 'settings'>;

/**
 * Where a collector's records go: sorted runs on disk while there are more than fit, and at the end
 * the attempt's data and index. Runs are merged by neighbours, so values of a key stay in the order
 * in which they were emitted.
 */
export class MapOutput {
  /** Runs that were written because memory was full, and by merges of runs. */
  spills = 0;
  /** In the order of emission. */
  #runs: SpillFile[] = [];
  /** All that exist, those half written included. */
  readonly #live = new Set<SpillFile>();
  /** A block a run that is merged. */
  readonly #buffers: Uint8Array[] = [];
  readonly #spillFormat: SegmentFormat;
  #files = 0;
  readonly #run: MapOutputRun;
  readonly #ports: EnginePorts;
  readonly #keys: KeyCodec;
  readonly #combiner: Combiner | undefined;
  readonly #onProgress: () => number;

  constructor(
    run: MapOutputRun,
    ports: EnginePorts,
    keys: KeyCodec,
    combiner: Combiner | undefined,
    onProgress: () => number,
  ) {
    this.#run = run;
    this.#ports = ports;
    this.#keys = keys;
    // Runs live on this machine for minutes: they are written as fast as possible.
    const format = { format: 'binary', compression: 'none' } as const;
    this.#spillFormat = new SegmentFormat(format, keys, ports);
    this.#combiner = combiner;
    this.#onProgress = onProgress;
  }

  spill(dump: Dump): void {
    const run = this.#newRun();
    dump(run);
    this.#runs.push(run);
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
    for (const run of this.#live) run.remove();
    this.#live.clear();
    this.#runs = [];
  }

  #mergeAll(target: PartitionSink, width: number): void {
    const { order } = this.#run.plan.description;
    const merger = new SegmentMerger(this.#combiner, order, this.#onProgress);
    while (this.#runs.length > width) {
      const merged: SpillFile[] = [];
      for (let first = 0; first < this.#runs.length; first += width) {
        const [only, ...others] = this.#runs.slice(first, first + width);
        if (only === undefined) break;
        merged.push(others.length === 0 ? only : this.#mergeRuns([only, ...others], merger));
      }
      this.#runs = merged;
    }
    this.#merge(this.#runs, target, merger);
  }

  #mergeRuns(neighbours: readonly SpillFile[], merger: SegmentMerger): SpillFile {
    const run = this.#newRun();
    this.#merge(neighbours, run, merger);
    this.spills += 1;
    for (const neighbour of neighbours) this.#remove(neighbour);
    return run;
  }

  #merge(runs: readonly SpillFile[], target: PartitionSink, merger: SegmentMerger): void {
    while (this.#buffers.length < runs.length) this.#buffers.push(new Uint8Array(blockSize));
    for (let partition = 0; partition < this.#run.settings.reducers; partition += 1) {
      const cursors: RecordCursor[] = [];
      runs.forEach((run, index) => {
        const cursor = run.cursor(partition, this.#buffers[index]);
        if (cursor !== undefined) cursors.push(cursor);
      });
      if (cursors.length === 0) continue;
      const segment = target.beginPartition(partition);
      merger.merge(cursors, segment);
      segment.finish();
      this.#onProgress();
    }
  }

  #newRun(): SpillFile {
    const { directory, settings } = this.#run;
    const path = joinPath(directory, `spill-${this.#files}`);
    this.#files += 1;
    const run = new SpillFile(this.#ports.disk, path, settings.reducers, this.#spillFormat);
    this.#live.add(run);
    return run;
  }

  #remove(run: SpillFile): void {
    this.#live.delete(run);
    run.remove();
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
