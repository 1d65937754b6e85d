import type { JournalRecord } from '../journal/record.ts';

/** Records of a life that came to nothing: no worker was told of it what a successor must stand by. */
const bindsNobody: ReadonlySet<JournalRecord['kind']> = new Set([
  'opened',
  'snapshotEnd',
  'epochRaised',
  'prepared',
]);

/** Whether an earlier life that left this history may have acknowledged anything. */
export function hasBound(history: readonly JournalRecord[]): boolean {
  return history.some(({ kind }) => !bindsNobody.has(kind));
}
