/** A timer that has not fired can be taken back; taking it back twice is harmless. */
export interface Timer {
  cancel(): void;
}

/** Time. Cores know no other. */
export interface Clock {
  /** Monotonic milliseconds since some moment in the past. */
  now(): number;
  /** Wall-clock milliseconds since 1970, for people only: it may jump. */
  wall(): number;
  /** Calls `task` once, after `ms` at least. */
  after(ms: number, task: () => void): Timer;
}

/** Resolves after `ms`; at once, and without error, when the signal is aborted. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const onAbort = () => {
      timer.cancel();
      resolve();
    };
    const timer = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
