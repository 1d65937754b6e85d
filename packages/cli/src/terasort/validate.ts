import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { Checksum } from './checksum.ts';
import { KEY_BYTES, RECORD_BYTES } from '@mapreduce/storage';

/** What a look at all records showed. */
export interface Validation {
  readonly records: number;
  /** In hex; equal to the input's when no record was lost, doubled or changed. */
  readonly checksum: string;
  /** Records whose key equals that of the record before. */
  readonly duplicateKeys: number;
  /** The first record that is out of order, or a file that does not hold whole records. */
  readonly fault: string | undefined;
}

const READ_BYTES = 10_000 * RECORD_BYTES;

/** Reads the files in order, and checks that keys never fall, inside a file or across two. */
export function validateSorted(directory: string, files: readonly string[]): Validation {
  const checksum = new Checksum();
  const chunk = Buffer.alloc(READ_BYTES);
  let previous: Buffer | undefined;
  let records = 0;
  let duplicateKeys = 0;
  let fault: string | undefined;
  for (const file of files) {
    const path = join(directory, file);
    const descriptor = openSync(path, 'r');
    try {
      const size = fstatSync(descriptor).size;
      if (size % RECORD_BYTES !== 0) {
        fault ??= `${path}: ${size} bytes are not whole records of ${RECORD_BYTES}`;
      }
      for (let at = 0; at + RECORD_BYTES <= size;) {
        const read = readSync(descriptor, chunk, 0, Math.min(READ_BYTES, size - at), at);
        const whole = read - (read % RECORD_BYTES);
        if (whole === 0) break;
        for (let start = 0; start < whole; start += RECORD_BYTES) {
          checksum.add(chunk.subarray(start, start + RECORD_BYTES));
          const order =
            previous === undefined
              ? -1
              : previous.compare(chunk, start, start + KEY_BYTES, 0, KEY_BYTES);
          if (order === 0) duplicateKeys += 1;
          if (order > 0) fault ??= `${path}: the record at byte ${at + start} is out of order`;
          previous = chunk.subarray(start, start + KEY_BYTES);
        }
        records += whole / RECORD_BYTES;
        at += whole;
        // The next read overwrites the chunk that it points into.
        previous = previous === undefined ? undefined : Buffer.from(previous);
      }
    } finally {
      closeSync(descriptor);
    }
  }
  return { records, checksum: checksum.toString(), duplicateKeys, fault };
}
