import { CliError, exitCodes } from './exit-codes.ts';

/** Lets the process end with the exit code that `action` resolves with, or its error stands for. */
export async function exitWith(action: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await action();
  } catch (error) {
    process.exitCode = reportError(error);
  }
}

/** Prints an error as one message and says which exit code it stands for. */
function reportError(error: unknown): number {
  if (error instanceof CliError) {
    process.stderr.write(`error: ${error.message}\n`);
    return error.exitCode;
  }
  if (isSystemError(error)) {
    process.stderr.write(`error: ${error.message}\n`);
    return exitCodes.usage;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`error: unexpected, please report it: ${text}\n`);
  return exitCodes.failed;
}

/**
 * Whether the operating system has refused something, or is the cause that something was refused: the
 * message says what and where, a trace would say nothing to whoever can mend it.
 */
function isSystemError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return 'syscall' in error || isSystemError(error.cause);
}
