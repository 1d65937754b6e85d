import type { AttemptError, AttemptId, Differing } from '@mapreduce/protocol';
import type { JobEnd } from '../job-end.ts';

/** Two outputs of one map that differ. */
export interface Audit {
  readonly map: number;
  readonly first: { readonly attempt: AttemptId; readonly root: string };
  readonly other: { readonly attempt: AttemptId; readonly root: string };
  /** Whether the other was taken in place of the first. */
  readonly counts: boolean;
  readonly differing: Differing;
}

const listed = 5;

const advice =
  'The program is not deterministic. Let map depend on nothing but its input (no clock, no lots, no ' +
  'state that outlives a record), or declare it with `nondeterministic: true` in defineJob';

/** Where two outputs of a map differ, in words. */
export function describeAudit({ map, first, other, differing }: Audit): string {
  const said = `map ${map} gave other records when it ran again: ${other.attempt} after ${first.attempt}`;
  if (differing === 'all') return `${said}; nobody can tell any more in which partitions`;
  const parts = differing.slice(0, listed).map(({ partition, records: [before, after] }) => {
    const counts =
      before === after ? `${before} records, others than before` : `${after} instead of ${before}`;
    return `partition ${partition} (${counts})`;
  });
  const more = differing.length > listed ? ` and ${differing.length - listed} more` : '';
  return `${said}; they differ in ${parts.join(', ')}${more}`;
}

/** Why these committed parts do not fit to what the map gives now. */
export function mixedOutput(audit: Audit, parts: readonly string[]): string {
  const more = parts.length > listed ? ` and ${parts.length - listed} more` : '';
  const named = `${parts.slice(0, listed).join(', ')}${more}`;
  return `${describeAudit(audit)}. Committed of other records than these: ${named}. ${advice}`;
}

/** The job ends since committed parts do not fit together. */
export function failedByMap({ map }: Pick<Audit, 'map'>, message: string): JobEnd {
  const cause: AttemptError = { kind: 'program', message: message.slice(0, 16_384) };
  return { state: 'failed', error: { code: 'program', cause, task: `map ${map}` } };
}
