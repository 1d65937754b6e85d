import { DiskError } from '@mapreduce/service';
import { InputError } from '@mapreduce/storage';
import { EncodeError } from '../codec/errors.ts';
import { FormatError } from '../records.ts';
import type { RecordContext } from '../task-context.ts';
import { ProgramError } from '../tasks.ts';
import { messageOf } from './combiner.ts';

/**
 * What a map task fails with, after something was thrown while the record of `context` was mapped:
 * the engine's own errors as they are, the program's with file and offset.
 */
export function blame(error: unknown, { file, offset }: RecordContext): unknown {
  if (error instanceof DiskError || error instanceof InputError || error instanceof FormatError) {
    return error;
  }
  // It names a record itself.
  if (error instanceof ProgramError && error.position !== undefined) return error;
  const position = { file, offset };
  const place = `at byte ${offset} of ${file}`;
  if (error instanceof ProgramError) {
    return new ProgramError(`${error.message} (${place})`, { cause: error.cause, position });
  }
  if (error instanceof EncodeError) {
    const message = `map emitted what cannot be encoded ${place}: ${error.message}`;
    return new ProgramError(message, { cause: error, position });
  }
  const message = `map failed on the record ${place}: ${messageOf(error)}`;
  return new ProgramError(message, { cause: error, position });
}
