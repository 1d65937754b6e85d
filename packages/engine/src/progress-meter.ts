import type { OnProgress } from './tasks.ts';

/** Events that are passed over between two tellings at most, however fast they come. */
const longestStride = 256;

/**
 * Counts what an attempt has done, and tells it now and then: rarely while records come fast, and at
 * every one where they come slowly, or an attempt at work would be taken for one that is stuck.
 */
export class ProgressMeter {
  records = 0;
  bytes = 0;
  readonly totalBytes: number;
  readonly #report: OnProgress;
  #stride = 1;

  constructor(totalBytes: number, report: OnProgress) {
    this.totalBytes = totalBytes;
    this.#report = report;
  }

  /** Tells what was done so far; returns after how many more events it is to be told again. */
  tell(): number {
    const wasLate = this.#report({
      records: this.records,
      bytes: this.bytes,
      totalBytes: this.totalBytes,
      fetchedBytes: 0,
    });
    this.#stride =
      wasLate === true ? Math.max(1, this.#stride >> 3) : Math.min(longestStride, 2 * this.#stride);
    return this.#stride;
  }
}
