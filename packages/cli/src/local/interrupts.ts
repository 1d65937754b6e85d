import { CliError, exitCodes } from '../exit-codes.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How long the launcher that started this process may be gone before it is noticed. */
const LAUNCHER_CHECK_MS = 500;

/** The wish to end, as it grows. The reason of each is the name of what made it known. */
export interface Interrupts {
  /** To end in good order. */
  readonly signal: AbortSignal;
  /** To wait for nothing but what must be taken back. */
  readonly hurried: AbortSignal;
  /** No longer watches. */
  readonly stop: () => void;
}

/**
 * Watches for signals, and for the end of the launcher that passes signals on. A third one calls
 * `onThird`: not even to take back is wanted any more.
 */
export function watchInterrupts(onThird: () => void): Interrupts {
  const controller = new AbortController();
  const hurry = new AbortController();
  const interrupt = (name: string) => {
    if (hurry.signal.aborted) onThird();
    else if (controller.signal.aborted) hurry.abort(name);
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
    hurried: hurry.signal,
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

/** Resolves when it is aborted. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
