import type { Attempt } from '../attempt.ts';
import type { Incarnation } from '@mapreduce/protocol';

/** Reports against one map output that are enough, whoever they come from. */
const REPORTS = 3;
/** How long a single report waits for a second opinion, in milliseconds. */
const PATIENCE_MS = 3_000;

/** Reports that the holder of a map's output, alive by its heartbeats, cannot be reached. */
export interface Suspicion {
  readonly since: number;
  reports: number;
  /** The reduce attempts that reported it. */
  readonly reporters: Set<Attempt>;
  /** The workers that those ran on. */
  readonly witnesses: Set<Incarnation>;
}

export interface FetchReport {
  readonly reason: 'unreachable' | 'gone' | 'corrupt';
  readonly reporter: Attempt;
  readonly at: number;
}

/**
 * Decides whether a map is to run again after a reducer failed to fetch its output.
 *
 * A holder that answers that the output is gone, or serves damaged bytes, will not do better later:
 * at once. A holder that cannot be reached though it still sends heartbeats may be overloaded, or
 * the fault may be the reporter's; each needless re-run costs a map. So it takes a report from a
 * second worker, a third report, or 3 seconds since the first while its reporter still waits.
 * The last needs no further report, so a reducer that reports once and waits is never stuck; and
 * a worker that is truly gone falls silent, which frees all it holds.
 *
 * @returns `undefined` to run the map again, or what to remember
 */
export function weighReport(
  suspicion: Suspicion | undefined,
  { reason, reporter, at }: FetchReport,
): Suspicion | undefined {
  if (reason !== 'unreachable') return undefined;
  const known = suspicion ?? { since: at, reports: 0, reporters: new Set(), witnesses: new Set() };
  known.reports++;
  known.reporters.add(reporter);
  known.witnesses.add(reporter.worker.incarnation);
  return known.reports >= REPORTS || known.witnesses.size > 1 ? undefined : known;
}

/** Whether the first report has waited long enough. */
export function patienceEnded(suspicion: Suspicion, at: number): boolean {
  return at - suspicion.since >= PATIENCE_MS;
}
