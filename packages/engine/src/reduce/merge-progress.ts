import { ProgressMeter } from '../progress-meter.ts';
import type { ReduceRun } from '../tasks.ts';

/** What a reduce is to merge, and how far it has come. */
export class MergeProgress {
  readonly bytesIn: number;
  readonly recordsIn: number;
  readonly #meter: ProgressMeter;

  constructor({ segments, onProgress }: Pick<ReduceRun, 'segments' | 'onProgress'>) {
    this.bytesIn = segments.reduce((bytes, { length }) => bytes + length, 0);
    this.recordsIn = segments.reduce((records, segment) => records + segment.records, 0);
    this.#meter = new ProgressMeter(this.bytesIn, onProgress);
  }

  /** Tells that so many records are merged; returns after how many more it is to be told again. */
  merged(records: number): number {
    this.#meter.records = records;
    // Cursors read ahead by blocks; what share of the records is merged is as good.
    this.#meter.bytes = Math.floor((this.bytesIn * records) / Math.max(1, this.recordsIn));
    return this.#meter.tell();
  }

  /** Tells again what was done so far; returns as `merged`. */
  tell(): number {
    return this.#meter.tell();
  }
}
