import { sleep, type Clock } from '@mapreduce/service';
import { CancelledError } from './errors.ts';

/** A bell that many may wait for, and that rings many times. */
export class Bell {
  #next = Promise.withResolvers<undefined>();

  /** Resolves when it next rings. */
  rung(): Promise<void> {
    return this.#next.promise;
  }

  ring(): void {
    this.#next.resolve(undefined);
    this.#next = Promise.withResolvers();
  }
}

/** Resolves when the bell rings, `ms` pass or the signal aborts, whichever is first. */
export async function rungOrAfter(
  bell: Bell,
  clock: Clock,
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  const passed = new AbortController();
  const outer = () => passed.abort();
  signal.addEventListener('abort', outer, { once: true });
  if (signal.aborted) outer();
  try {
    await Promise.race([bell.rung(), sleep(clock, ms, passed.signal)]);
  } finally {
    signal.removeEventListener('abort', outer);
    passed.abort();
  }
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
