import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { validateSorted } from '../terasort/validate.ts';
import { counted } from '../view/style.ts';
import { finishedParts } from './finished-parts.ts';

/** Checks that the parts of a TeraSort are in order, and prints their checksum. */
export function validateTerasort(directory: string): ExitCode {
  const { records, checksum, duplicateKeys, fault } = validateSorted(
    directory,
    finishedParts(directory),
  );
  if (fault !== undefined) {
    process.stderr.write(`error: ${fault}\n`);
    return exitCodes.failed;
  }
  process.stdout.write(
    `in order: ${counted(records, 'record')}, checksum ${checksum}, ${counted(duplicateKeys, 'duplicate key')}\n`,
  );
  return exitCodes.done;
}
