import { closeSync, mkdirSync, openSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CliError, exitCodes, type ExitCode } from '../exit-codes.ts';
import { Checksum } from '../terasort/checksum.ts';
import { RecordGenerator, RECORD_BYTES } from '@mapreduce/storage';
import { counted } from '../view/style.ts';

/** Whole records in at most 64 MiB: one split of the default size. */
const FILE_RECORDS = Math.floor((64 * 2 ** 20) / RECORD_BYTES);
const WRITE_RECORDS = 10_000;

/** Writes TeraGen's first records into files of one split each, and prints their checksum. */
export function generateTeragen({
  records,
  output,
}: {
  readonly records: number;
  readonly output: string;
}): ExitCode {
  makeEmptyDirectory(output);
  const generator = new RecordGenerator();
  const checksum = new Checksum();
  const buffer = Buffer.alloc(WRITE_RECORDS * RECORD_BYTES);
  for (let first = 0; first < records; first += FILE_RECORDS) {
    const name = `tera-${String(first / FILE_RECORDS).padStart(5, '0')}`;
    const file = openSync(join(output, name), 'wx');
    let left = Math.min(FILE_RECORDS, records - first);
    while (left > 0) {
      const chunk = buffer.subarray(0, Math.min(left, WRITE_RECORDS) * RECORD_BYTES);
      generator.fill(chunk);
      checksum.addAll(chunk);
      for (let at = 0; at < chunk.length;) at += writeSync(file, chunk, at);
      left -= chunk.length / RECORD_BYTES;
    }
    closeSync(file);
  }
  process.stdout.write(`${counted(records, 'record')}, checksum ${checksum.toString()}\n`);
  return exitCodes.done;
}

function makeEmptyDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
    if (readdirSync(directory).length === 0) return;
  } catch (error) {
    throw new CliError(`output ${directory}: cannot be made: ${(error as Error).message}`);
  }
  throw new CliError(`output ${directory}: not empty; name a directory that is empty or absent`);
}
