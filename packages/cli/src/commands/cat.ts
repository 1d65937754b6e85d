import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CliError, exitCodes, type ExitCode } from '../exit-codes.ts';
import { finishedParts } from './finished-parts.ts';

/** Writes the parts of a finished job to standard output, in order, as far as that can be written. */
export async function cat(directory: string): Promise<ExitCode> {
  try {
    await pipeline(Readable.from(chunks(directory, finishedParts(directory))), process.stdout);
  } catch (error) {
    // What came of a write, whoever runs the commands says (`watchStandardOutput`).
    if ((error as NodeJS.ErrnoException).syscall !== 'write') throw error;
  }
  return exitCodes.done;
}

async function* chunks(directory: string, parts: readonly string[]): AsyncGenerator<Buffer> {
  for (const part of parts) {
    const path = join(directory, part);
    const file: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: 2 ** 20 });
    try {
      yield* file;
    } catch (error) {
      throw new CliError(`part ${path}: cannot be read: ${(error as Error).message}`);
    }
  }
}
