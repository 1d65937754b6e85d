import type { Progress } from '@mapreduce/protocol';

/** Counts what an attempt has done, and tells it now and then. */
export class ProgressMeter {
  records = 0;
  bytes = 0;
  readonly totalBytes: number;
  readonly #report: (progress: Progress) => void;

  constructor(totalBytes: number, report: (progress: Progress) => void) {
    this.totalBytes = totalBytes;
    this.#report = report;
  }

  tell(): void {
    this.#report({
      records: this.records,
      bytes: this.bytes,
      totalBytes: this.totalBytes,
      fetchedBytes: 0,
    });
  }
}
