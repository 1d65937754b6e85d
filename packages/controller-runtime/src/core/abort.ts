import { sleep, type Clock } from '@mapreduce/service';

/** A controller that is aborted with a signal, until it is let go. */
export interface LinkedAbort {
  readonly signal: AbortSignal;
  readonly abort: () => void;
  /** Stops following the other signal, which may live much longer. */
  readonly release: () => void;
}

export function linkedAbort(outer: AbortSignal): LinkedAbort {
  const controller = new AbortController();
  const abort = () => controller.abort();
  outer.addEventListener('abort', abort, { once: true });
  if (outer.aborted) abort();
  return {
    signal: controller.signal,
    abort,
    release: () => outer.removeEventListener('abort', abort),
  };
}

/** Calls with a signal that is aborted with `outer`, or when the call takes longer than `ms`. */
export async function withDeadline<R>(
  clock: Clock,
  ms: number,
  outer: AbortSignal,
  call: (signal: AbortSignal) => Promise<R>,
): Promise<R> {
  const linked = linkedAbort(outer);
  const timer = clock.after(ms, linked.abort);
  try {
    return await call(linked.signal);
  } finally {
    timer.cancel();
    linked.release();
  }
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Resolves with `task`, or after `ms`, whichever is first. */
export async function within(clock: Clock, ms: number, task: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  await Promise.race([task, sleep(clock, ms, over.signal)]);
  over.abort();
}

/** Rejects as soon as the signal is aborted, whether or not the call heeds it. */
export function orAborted<R>(signal: AbortSignal, call: Promise<R>): Promise<R> {
  const over = aborted(signal).then(() => {
    throw new Error('no answer in time');
  });
  return Promise.race([call, over]);
}
