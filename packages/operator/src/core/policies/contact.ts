import type { Contact } from '../draft.ts';
import type { Observed } from '../observed.ts';
import { currentCoordinator } from './coordinator-replacement.ts';
import { currentReport } from './report.ts';
import { answerMs, silentSince } from './silence.ts';
import { hasStarted } from './start.ts';

/** Where the attempt's coordinator is asked: while it runs, and its token is known. */
export function contactOf(seen: Observed): Contact | undefined {
  if (!hasStarted(seen)) return undefined;
  const pod = currentCoordinator(seen);
  if (seen.areTokensLost || pod?.ip === undefined || pod.deletedBy !== undefined) return undefined;
  return pod.phase === 'Running' ? { podUid: pod.uid, ip: pod.ip } : undefined;
}

/**
 * Until when a coordinator that runs and was never heard by this operator has time to say how far it has
 * come: it may have begun, or ended, while no operator was there. Undefined: it was heard, there is none,
 * or its time is over.
 */
export function heardBy(seen: Observed): number | undefined {
  if (contactOf(seen) === undefined || currentReport(seen) !== undefined) return undefined;
  const end = silentSince(seen) + answerMs;
  return seen.now < end ? end : undefined;
}
