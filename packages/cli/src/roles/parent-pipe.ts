import { CliError } from '../exit-codes.ts';

/** The pipe by which the command that started this process speaks to it, and lives. */
export interface ParentPipe {
  /** Aborted at the pipe's end: whoever held it has ended, even by SIGKILL. */
  readonly orphaned: AbortSignal;
}

/** Reads one JSON line from standard input, and goes on watching for its end. */
export function readParent(): Promise<ParentPipe & { readonly message: unknown }> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    const { stdin } = process;
    let text = '';
    const onData = (chunk: string) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end === -1) return;
      stdin.off('data', onData).on('data', () => undefined);
      // Watching is no work: a role that is done ends though its parent lives.
      stdin.unref();
      try {
        resolve({ message: JSON.parse(text.slice(0, end)), orphaned: controller.signal });
      } catch {
        reject(new CliError('standard input: expected one line of JSON'));
      }
    };
    stdin.setEncoding('utf8').on('data', onData);
    const onEnd = () => {
      // As Ctrl-C would: what is half done is taken back.
      controller.abort('SIGINT');
      reject(new CliError('standard input: ended before its line of JSON'));
    };
    stdin.once('end', onEnd).once('error', onEnd);
  });
}

/** Ends this process and its whole group, executors included, if it leads one. */
export function endGroup(): never {
  try {
    process.kill(-process.pid, 'SIGKILL');
  } catch {
    // It leads no group: it was started by hand.
  }
  process.exit(1);
}
