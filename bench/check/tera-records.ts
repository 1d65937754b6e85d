import { closeSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { outputFiles } from './output-files.ts';

export const TERA_RECORD = 100;
const TERA_KEY = 10;
const BATCH = 40_000 * TERA_RECORD;

export interface TeraSummary {
  readonly records: number;
  /** The sum of the records' CRC-32, in hex, as TeraValidate prints it. */
  readonly checksum: string;
  /** Whether each key is at least the one before it, in and across the files. */
  readonly sorted: boolean;
}

/** Reads the 100-byte records of all files of a directory, in order of name. */
export function summarizeTera(directory: string): TeraSummary {
  const batch = Buffer.alloc(BATCH);
  const lastKey = Buffer.alloc(TERA_KEY);
  let records = 0;
  let checksum = 0n;
  let sorted = true;
  for (const file of outputFiles(directory)) {
    const input = openSync(file, 'r');
    for (let length; (length = readSync(input, batch)) > 0;) {
      if (length % TERA_RECORD !== 0) throw new Error(`${file} ends within a record`);
      let sum = 0;
      for (let start = 0; start < length; start += TERA_RECORD) {
        sum += crc32(batch.subarray(start, start + TERA_RECORD));
        const previous = start === 0 ? lastKey : batch;
        const from = start === 0 ? 0 : start - TERA_RECORD;
        const order = previous.compare(batch, start, start + TERA_KEY, from, from + TERA_KEY);
        if (order > 0) sorted = false;
      }
      batch.copy(lastKey, 0, length - TERA_RECORD);
      checksum += BigInt(sum);
      records += length / TERA_RECORD;
    }
    closeSync(input);
  }
  return { records, checksum: checksum.toString(16), sorted };
}

/** Throws unless the directory holds the very records of the input, in order. */
export function checkTera(directory: string, input: TeraSummary): void {
  const { records, checksum, sorted } = summarizeTera(directory);
  if (records !== input.records) {
    throw new Error(`wrong output: ${records} records, and the input has ${input.records}`);
  }
  if (!sorted) throw new Error('wrong output: it is not in order');
  if (checksum !== input.checksum) {
    throw new Error(`wrong output: checksum ${checksum}, and the input's is ${input.checksum}`);
  }
}
