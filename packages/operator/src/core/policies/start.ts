import { jobIdOf } from '@mapreduce/protocol/resource';
import type { Draft } from '../draft.ts';
import type { Observed } from '../observed.ts';
import { formatTime, parseTime } from '../time.ts';

/** Whether the attempt has been started: its coordinator has a generation of its own. */
export function hasStarted({ job: { status } }: Observed): boolean {
  return status.attemptTime !== undefined;
}

/** Starts the attempt, unless it is to wait; the new generation is known to all before its pod is made. */
export function start(seen: Observed, draft: Draft): void {
  const { now, job } = seen;
  const retryAt = parseTime(draft.status.retryTime);
  if (retryAt !== undefined && now < retryAt) {
    draft.wake(retryAt);
    return;
  }
  const attempt = draft.status.attempt ?? 0;
  const time = formatTime(now);
  draft.set({
    phase: 'Starting',
    attempt,
    retries: draft.status.retries ?? 0,
    jobId: jobIdOf(job, attempt),
    startTime: draft.status.startTime ?? time,
    attemptTime: time,
  });
  draft.clear('retryTime');
  draft.condition({ type: 'Running', status: 'False', reason: 'Starting', message: '' });
  raiseGeneration(draft);
}

/**
 * The next coordinator is a new generation. It counts once it is written: whoever else still acts on
 * the old one fails to write, and whatever the old coordinator does is refused by the new one's epoch.
 */
export function raiseGeneration(draft: Draft): void {
  draft.set({ coordinator: { generation: (draft.status.coordinator?.generation ?? 0) + 1 } });
  draft.statusFirst = true;
}
