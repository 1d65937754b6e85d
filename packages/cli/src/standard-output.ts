import { CliError } from './exit-codes.ts';

/** The reader has gone: it had seen enough (`head`), or the terminal was closed. */
const readerGone: readonly (string | undefined)[] = ['EPIPE', 'EIO'];

/**
 * Takes the errors of standard output and standard error, which without a listener would end the
 * process on the spot, a job half done. Returns a function that waits for what was written; it throws
 * `CliError` where that was lost to somebody who still reads, as on a full disk.
 */
export function watchStandardOutput(
  stdout: NodeJS.WritableStream = process.stdout,
  stderr: NodeJS.WritableStream = process.stderr,
): () => Promise<void> {
  let fault: Error | undefined;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!readerGone.includes(error.code)) fault ??= error;
  });
  // There is nowhere left to say it.
  stderr.on('error', () => undefined);
  return async () => {
    await new Promise<void>((resolve) => {
      stdout.write('', () => resolve());
    });
    if (fault === undefined) return;
    throw new CliError(`standard output: cannot be written: ${fault.message}`);
  };
}
