import type { SegmentFile } from '@mapreduce/protocol';
import { joinPath, type SyncFile } from '@mapreduce/service';
import { SegmentFormat } from '../blocks/segment-format.ts';
import type { KeyCodec } from '../codec/keys.ts';
import type { Combiner } from '../map/combiner.ts';
import { fanIn } from '../merge/fan-in.ts';
import { SegmentMerger } from '../merge/merge-into.ts';
import type { RecordCursor } from '../records.ts';
import type { EnginePorts, ReduceRun } from '../tasks.ts';

/** A sorted run: a segment of a map, or what neighbouring ones were merged to. */
interface Run {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
  readonly records: number;
  readonly format: SegmentFormat;
  /** Made here, to be removed here. */
  readonly own: boolean;
}

/**
 * The runs of a reduce, in map order. While there are more than can be merged at once, neighbours
 * are merged to runs on disk, so the values of a key stay in map order.
 */
export class ReduceInputs {
  /** Runs written by partial merges. */
  spills = 0;
  #runs: Run[];
  #open = new Map<string, SyncFile>();
  #files = 0;
  readonly #run: Omit<ReduceRun, 'job'>;
  readonly #ports: EnginePorts;
  readonly #spillFormat: SegmentFormat;

  constructor(run: Omit<ReduceRun, 'job'>, keys: KeyCodec, ports: EnginePorts) {
    this.#run = run;
    this.#ports = ports;
    const { settings } = run;
    const format = new SegmentFormat(settings, keys, ports);
    this.#spillFormat = new SegmentFormat({ format: 'binary', compression: 'none' }, keys, ports);
    this.#runs = run.segments
      .filter((segment) => segment.records > 0)
      .map((segment: SegmentFile) => ({ ...segment, format, own: false }));
  }

  /** Opens cursors to merge, after partial merges if need be. Valid until `close`. */
  open(combiner: Combiner | undefined, onProgress: () => number): RecordCursor[] {
    const { settings, plan } = this.#run;
    const width = fanIn(settings.memory / 2, 0);
    const merger = new SegmentMerger(combiner, plan.description.order, onProgress);
    while (this.#runs.length > width) {
      const merged: Run[] = [];
      for (let first = 0; first < this.#runs.length; first += width) {
        const neighbours = this.#runs.slice(first, first + width);
        merged.push(
          neighbours.length === 1 ? (neighbours[0] as Run) : this.#mergeRuns(neighbours, merger),
        );
      }
      this.#runs = merged;
    }
    return this.#cursors(this.#runs);
  }

  /** Closes all files, and removes those made here. */
  close(): void {
    this.#closeFiles();
    for (const run of this.#runs) if (run.own) this.#ports.disk.remove(run.path);
    this.#runs = [];
  }

  #mergeRuns(runs: readonly Run[], merger: SegmentMerger): Run {
    const path = joinPath(this.#run.directory, `merge-${this.#files}`);
    this.#files += 1;
    const file = this.#ports.disk.create(path);
    try {
      const writer = this.#spillFormat.writer(file);
      merger.merge(this.#cursors(runs), writer);
      const { length, records } = writer.finish();
      this.spills += 1;
      return { path, offset: 0, length, records, format: this.#spillFormat, own: true };
    } finally {
      file.close();
      this.#closeFiles();
      for (const run of runs) if (run.own) this.#ports.disk.remove(run.path);
    }
  }

  #cursors(runs: readonly Run[]): RecordCursor[] {
    return runs.map(({ path, format, ...range }) => {
      let file = this.#open.get(path);
      if (file === undefined) {
        file = this.#ports.disk.open(path);
        this.#open.set(path, file);
      }
      return format.cursor(file, range, path);
    });
  }

  #closeFiles(): void {
    for (const file of this.#open.values()) file.close();
    this.#open.clear();
  }
}
