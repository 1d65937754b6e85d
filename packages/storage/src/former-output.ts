import { jobsFolder, successName, trashPrefix } from './layout.ts';

/**
 * Whether a directory with these entries is the output of a job, or what is left of one: only such a
 * directory is ever replaced. All else may be what somebody wrote.
 */
export function isFormerOutput(entries: readonly string[]): boolean {
  return entries.some(
    (entry) => entry === successName || entry === jobsFolder || entry.startsWith(trashPrefix),
  );
}

/** Why a directory that holds anything else is not replaced, and what to do. */
export const notReplaced =
  'not empty, and not the output of a job (no _SUCCESS or _mapreduce is there), so --overwrite does ' +
  'not replace it; name another directory, or empty this one yourself';
