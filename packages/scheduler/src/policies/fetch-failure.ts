import type { Attempt } from '../attempt.ts';

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
  /** Indices of the workers that those ran on. */
  readonly witnesses: Set<number>;
}

export interface FetchReport {
  readonly reason: 'unreachable' | 'gone' | 'corrupt';
  readonly reporter: Attempt;
  readonly at: number;
}

/**
 * A reducer could not reach the holder of a map's output, though that still sends heartbeats. It may be
 * overloaded, or the fault may be the reporter's; each needless re-run costs a map. So it takes a report
 * from a second worker, a third report, or 3 seconds since the first while its reporter still waits.
 * The last needs no further report, so a reducer that reports once and waits is never stuck; and
 * a worker that is truly gone falls silent, which frees all it holds.
 */
export function addReport(
  suspicion: Suspicion | undefined,
  { reporter, at }: Omit<FetchReport, 'reason'>,
): Suspicion {
  const known = suspicion ?? { since: at, reports: 0, reporters: new Set(), witnesses: new Set() };
  known.reports++;
  known.reporters.add(reporter);
  known.witnesses.add(reporter.worker.index);
  return known;
}

/** Whether so many said so that it need not be waited for more. */
export function isConfirmed({ reports, witnesses }: Suspicion): boolean {
  return reports >= REPORTS || witnesses.size > 1;
}

/** Whether the first report has waited long enough. */
export function patienceEnded(suspicion: Suspicion, at: number): boolean {
  return at - suspicion.since >= PATIENCE_MS;
}
