import { crc32 } from 'node:zlib';
import { RECORD_BYTES } from '@mapreduce/storage';

/** So many CRCs can be added before a double is no longer exact. */
const EXACT = 2 ** 20;

/** The sum of the CRC-32 of each record: the same in whatever order they come. */
export class Checksum {
  #total = 0n;
  #recent = 0;
  #count = 0;

  add(record: Uint8Array): void {
    this.#recent += crc32(record);
    this.#count += 1;
    if (this.#count % EXACT === 0) this.#carry();
  }

  /** Adds every record of `records`, which holds whole ones. */
  addAll(records: Uint8Array): void {
    for (let start = 0; start < records.length; start += RECORD_BYTES) {
      this.add(records.subarray(start, start + RECORD_BYTES));
    }
  }

  /** In hex without leading zeros, as Hadoop prints it. */
  toString(): string {
    this.#carry();
    return this.#total.toString(16);
  }

  #carry(): void {
    this.#total += BigInt(this.#recent);
    this.#recent = 0;
  }
}
