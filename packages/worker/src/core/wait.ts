import type { Clock } from '@mapreduce/service';
import { CancelledError } from './errors.ts';

/** A bell that many may wait for, and that rings many times. */
export class Bell {
  #next = Promise.withResolvers<undefined>();
  /** Those that may stop to wait before it rings: a promise could not forget them. */
  readonly #waiting = new Set<() => void>();

  /** Resolves when it next rings. */
  rung(): Promise<void> {
    return this.#next.promise;
  }

  /** Calls `task` when it next rings, unless the function that is returned is called before. */
  onRing(task: () => void): () => void {
    this.#waiting.add(task);
    return () => void this.#waiting.delete(task);
  }

  ring(): void {
    this.#next.resolve(undefined);
    this.#next = Promise.withResolvers();
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const task of waiting) task();
  }
}

/** Resolves when the bell rings, `ms` pass or the signal aborts, whichever is first. */
export function rungOrAfter(
  bell: Bell,
  clock: Clock,
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      forget();
      timer.cancel();
      signal.removeEventListener('abort', over);
      resolve();
    };
    const forget = bell.onRing(over);
    const timer = clock.after(ms, over);
    signal.addEventListener('abort', over, { once: true });
    if (signal.aborted) over();
  });
}

/** Rejects with `CancelledError` once the signal aborts; else settles as the promise does. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(new CancelledError());
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Runs `work` with a signal that aborts as soon as either of two does. */
export async function withEither<T>(
  one: AbortSignal,
  other: AbortSignal,
  work: (either: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const onAbort = () => controller.abort();
  for (const signal of [one, other]) {
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  }
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of [one, other]) signal.removeEventListener('abort', onAbort);
  }
}

export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new CancelledError();
}
