import type { OutputLog } from '../data-plane.ts';
import { rungOrAfter, throwIfAborted } from '../wait.ts';
import type { Worker } from '../worker.ts';

/** While events are waited for: how long until the coordinator is asked again. */
const askAgainMs = 200;

/**
 * Resolves once the worker knows so many events of the log of the life that leased the attempt. Another
 * life of the coordinator numbers them anew, and names only what counts. Throws `CancelledError`.
 */
export async function knownLog(
  { link, ports }: Worker,
  log: OutputLog,
  events: number,
  signal: AbortSignal,
): Promise<void> {
  while (link.log === log && log.next < events) {
    throwIfAborted(signal);
    link.hurry();
    await rungOrAfter(log.changed, ports.clock, askAgainMs, signal);
  }
}
