import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { RecordGenerator, RECORD_BYTES } from '@mapreduce/storage';
import { CliError, exitCodes, type ExitCode } from '../exit-codes.ts';
import { cancelled, watchInterrupts } from '../local/interrupts.ts';
import { Checksum } from '../terasort/checksum.ts';
import { counted } from '../view/style.ts';
import { NewDirectory } from './new-directory.ts';

/** Whole records in at most 64 MiB: one split of the default size. */
const FILE_RECORDS = Math.floor((64 * 2 ** 20) / RECORD_BYTES);
const WRITE_RECORDS = 10_000;

interface Request {
  readonly records: number;
  readonly output: string;
}

/**
 * Writes TeraGen's first records into files of one split each, and prints their checksum. Where it does
 * not come to its end, nothing stays: half of the records would pass for input.
 */
export async function generateTeragen(request: Request): Promise<ExitCode> {
  const directory = new NewDirectory(request.output);
  const interrupts = watchInterrupts(() => undefined);
  try {
    const checksum = await write(request, interrupts.signal);
    process.stdout.write(
      `${counted(request.records, 'record')}, checksum ${checksum.toString()}\n`,
    );
    return exitCodes.done;
  } catch (error) {
    directory.takeBack();
    if (error instanceof CliError) throw error;
    throw new CliError(`output ${request.output}: cannot be written: ${(error as Error).message}`);
  } finally {
    interrupts.stop();
  }
}

async function write({ records, output }: Request, interrupted: AbortSignal): Promise<Checksum> {
  const generator = new RecordGenerator();
  const checksum = new Checksum();
  const buffer = Buffer.alloc(WRITE_RECORDS * RECORD_BYTES);
  for (let first = 0; first < records; first += FILE_RECORDS) {
    const name = `tera-${String(first / FILE_RECORDS).padStart(5, '0')}`;
    const file = openSync(join(output, name), 'wx');
    try {
      let left = Math.min(FILE_RECORDS, records - first);
      while (left > 0) {
        const chunk = buffer.subarray(0, Math.min(left, WRITE_RECORDS) * RECORD_BYTES);
        generator.fill(chunk);
        checksum.addAll(chunk);
        for (let at = 0; at < chunk.length;) at += writeSync(file, chunk, at);
        left -= chunk.length / RECORD_BYTES;
        // Signals are heard between two turns.
        await turn();
        if (interrupted.aborted) throw cancelled(interrupted);
      }
    } finally {
      closeSync(file);
    }
  }
  return checksum;
}
