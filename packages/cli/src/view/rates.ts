import type { JobStatus } from '@mapreduce/protocol';

export interface Rates {
  readonly bytesPerSecond: number;
  readonly recordsPerSecond: number;
}

/** Fewer than that apart, two statuses tell more of chance than of speed. */
const WINDOW_MS = 1_000;

interface Sample {
  readonly phase: JobStatus['phase'];
  readonly at: number;
  readonly bytes: number;
  readonly records: number;
}

/** Throughput of the current phase over about its last second. */
export class RateMeter {
  #samples: Sample[] = [];

  /** Takes the newest status into account. */
  add(status: JobStatus): Rates {
    const reducing = status.phase === 'reduce' || status.phase === 'finish';
    const sample = {
      phase: status.phase,
      at: status.elapsedMs,
      bytes: reducing ? status.progress.bytesShuffled : status.progress.bytesRead,
      // A program that maps blocks reads few records, however many lines they hold.
      records: reducing ? status.progress.recordsShuffled : 0,
    };
    const last = this.#samples.at(-1);
    // A coordinator that was started again may count its time anew.
    if (last?.phase !== sample.phase || last.at > sample.at) this.#samples = [];
    this.#samples.push(sample);
    while ((this.#samples[1]?.at ?? Infinity) <= sample.at - WINDOW_MS) this.#samples.shift();
    const first = this.#samples[0] ?? sample;
    const seconds = (sample.at - first.at) / 1_000;
    if (seconds <= 0) return { bytesPerSecond: 0, recordsPerSecond: 0 };
    return {
      bytesPerSecond: Math.max(0, (sample.bytes - first.bytes) / seconds),
      recordsPerSecond: Math.max(0, (sample.records - first.records) / seconds),
    };
  }
}
