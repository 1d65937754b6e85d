import { CliError, exitCodes } from './exit-codes.ts';

/** Prints an error as one message and says which exit code it stands for. */
export function reportError(error: unknown): number {
  if (error instanceof CliError) {
    process.stderr.write(`error: ${error.message}\n`);
    return error.exitCode;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`error: unexpected, please report it: ${text}\n`);
  return exitCodes.failed;
}
