import type { JobStatus } from '@mapreduce/protocol';
import type { JobView } from './job-view.ts';

const STATUS_EVERY_MS = 1_000;

/**
 * Prints one event a line: `phase` as each begins, `status` once a second, `note`. `print` is given
 * whole lines.
 */
export function jsonView(print: (line: string) => void): JobView {
  let last: JobStatus | undefined;
  let shownAt = 0;
  return {
    update: (status) => {
      const event = status.phase === last?.phase ? 'status' : 'phase';
      // A coordinator that was started again may count its time anew: that is shown at once.
      const isLater = status.elapsedMs >= shownAt;
      if (event === 'status' && isLater && status.elapsedMs < shownAt + STATUS_EVERY_MS) return;
      last = status;
      shownAt = status.elapsedMs;
      print(JSON.stringify({ event, phase: status.phase, elapsedMs: status.elapsedMs, status }));
    },
    note: (text) => print(JSON.stringify({ event: 'note', text })),
    close: () => undefined,
  };
}
