import type { Draft } from '../draft.ts';
import type { Observed, Settings } from '../observed.ts';
import { formatTime, parseTime } from '../time.ts';

/** Deletes a job, and with it all it owns, some time after its end. */
export function ttl({ now, job }: Observed, draft: Draft, settings: Settings): void {
  const seconds = job.spec?.ttlSecondsAfterFinished ?? settings.ttlSeconds;
  const completedAt = parseTime(draft.status.completionTime);
  if (seconds === undefined || completedAt === undefined) {
    draft.clear('expirationTime');
    return;
  }
  const expiresAt = completedAt + seconds * 1_000;
  draft.set({ expirationTime: formatTime(expiresAt) });
  if (now >= expiresAt) draft.expired = true;
  else draft.wake(expiresAt);
}
