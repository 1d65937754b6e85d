import { ByteWriter } from '../codec/byte-writer.ts';
import type { SegmentWriter } from '../records.ts';
import { ProgramError } from '../tasks.ts';

/** Frames records whose keys are encoded already and whose values are encoded one at a time. */
export class RecordFramer {
  /** The encoded value of the record that is to come. */
  readonly value = new ByteWriter(256);
  /** Length of the largest record until now. */
  largest = 0;
  readonly #record = new ByteWriter(1024);
  readonly #budget: number;

  /** No record may take more than `budget` bytes. */
  constructor(budget: number) {
    this.#budget = budget;
  }

  /** Appends a record: the key `bytes[start, end)`, and `value`. Throws `ProgramError`. */
  append(segment: SegmentWriter, bytes: Uint8Array, start: number, end: number): void {
    const record = this.#record;
    record.reset();
    record.varint(end - start);
    record.raw(bytes, start, end);
    record.varint(this.value.length);
    record.raw(this.value.bytes, 0, this.value.length);
    if (record.length > this.largest) this.#checkLargest(record.length);
    segment.append(record.bytes, 0, record.length);
  }

  #checkLargest(length: number): void {
    if (length > this.#budget) {
      throw new ProgramError(
        `a key and its combined value take ${length} bytes; at most ${this.#budget}, half of ` +
          '--memory, fit',
      );
    }
    this.largest = length;
  }
}
