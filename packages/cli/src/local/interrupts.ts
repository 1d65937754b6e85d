import { CliError, exitCodes } from '../exit-codes.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How long the launcher that started this process may be gone before it is noticed. */
const LAUNCHER_CHECK_MS = 500;

/**
 * Watches for the wish to end: a signal, or the end of the launcher that passes signals on. The
 * first one aborts the returned signal with its name; a second one calls `onSecond`.
 */
export function watchInterrupts(onSecond: () => void): {
  readonly signal: AbortSignal;
  readonly stop: () => void;
} {
  const controller = new AbortController();
  const interrupt = (name: string) => {
    if (controller.signal.aborted) onSecond();
    else controller.abort(name);
  };
  for (const name of signals) process.on(name, interrupt);
  const launched = Number(process.env['MAPREDUCE_LAUNCHER']) === process.ppid;
  const timer = setInterval(() => {
    if (!launched || Number(process.env['MAPREDUCE_LAUNCHER']) === process.ppid) return;
    clearInterval(timer);
    controller.abort('the end of its launcher');
  }, LAUNCHER_CHECK_MS).unref();
  return {
    signal: controller.signal,
    stop: () => {
      clearInterval(timer);
      for (const name of signals) process.off(name, interrupt);
    },
  };
}

/** The error that ends an interrupted command. */
export function cancelled(interrupted: AbortSignal): CliError {
  return new CliError(`cancelled by ${String(interrupted.reason)}`, exitCodes.cancelled);
}
