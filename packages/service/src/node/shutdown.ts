/** What ends a process in an orderly way. */
const shutdownSignals = ['SIGINT', 'SIGTERM'] as const;

/**
 * A signal that aborts, with the signal's name as its reason, when the process is first told to end.
 * A second time ends it at once, with the exit code of the shells (128 + the signal's number).
 */
export function shutdownSignal(): AbortSignal {
  const controller = new AbortController();
  const numbers = { SIGINT: 2, SIGTERM: 15 };
  for (const name of shutdownSignals) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(128 + numbers[name]);
      controller.abort(name);
    });
  }
  return controller.signal;
}
