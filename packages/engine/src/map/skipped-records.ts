import type { SkippedRecord } from '@mapreduce/protocol';
import { jobLimits } from '@mapreduce/protocol/plain';
import { toBase64 } from '../codec/base64.ts';
import { ProgramError } from '../tasks.ts';
import { messageOf } from './combiner.ts';

/** A record that cannot be mapped. */
export interface BadRecord {
  /** Where it begins in its file. */
  readonly offset: number;
  /** In bytes, a line's end included. */
  readonly length: number;
  /** Its bytes, or the first of them. */
  readonly head: Uint8Array;
  /** What was thrown. */
  readonly error: unknown;
}

/** The bad records of one attempt, as far as a job may skip them. */
export class SkippedRecords {
  readonly list: SkippedRecord[] = [];
  readonly #file: string;
  readonly #limit: number;
  #first: unknown;

  constructor(file: string, limit: number) {
    this.#file = file;
    this.#limit = limit;
  }

  /** Throws `ProgramError`, which names the first, for one more than may be skipped. */
  add({ offset, length, head, error }: BadRecord): void {
    if (this.list.length === 0) this.#first = error;
    const message = messageOf(error).slice(0, jobLimits.skippedMessage);
    const record = toBase64(head.subarray(0, jobLimits.skippedBytes));
    this.list.push({ offset, length, message, record });
    if (this.list.length > this.#limit) throw this.#tooMany();
  }

  #tooMany(): ProgramError {
    const [first] = this.list;
    const offset = first?.offset ?? 0;
    return new ProgramError(
      `more bad records than the ${this.#limit} that --skip-bad-records allows; the first, at byte ` +
        `${offset} of ${this.#file}: ${first?.message ?? ''}`,
      { cause: this.#first, position: { file: this.#file, offset } },
    );
  }
}
