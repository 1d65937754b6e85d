import type { Random } from '@mapreduce/service';

export interface BackoffSettings {
  /** The first delay, before jitter. */
  readonly baseMs: number;
  /** No delay is longer. */
  readonly maxMs: number;
}

/**
 * The delay before attempt number `failures` + 1: doubles with each failure up to `maxMs`, and is
 * drawn from the upper half of that, so that those who failed together do not come back together.
 */
export function backoffMs({ baseMs, maxMs }: BackoffSettings, failures: number, random: Random) {
  const whole = Math.min(maxMs, baseMs * 2 ** Math.max(0, failures - 1));
  return whole * (1 + random.float()) * 0.5;
}
