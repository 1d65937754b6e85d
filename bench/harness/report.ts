import type { Failure, Outcome } from './contest.ts';
import { formatMegabytes, formatSeconds, formatTable } from './table.ts';

const HEADER = ['', 'median s', 'min', 'max', 'runs', 'CPU s', 'peak MB', 'of ours'];

/**
 * The contest as a table, and below it why others failed; `of ours` is each median as a multiple of
 * the first contender's.
 */
export function formatOutcomes(outcomes: readonly (Outcome | Failure)[]): string {
  const first = outcomes[0];
  const base = first !== undefined && 'seconds' in first ? first.seconds.median : undefined;
  const measured = outcomes.filter((outcome) => 'seconds' in outcome);
  const failed = outcomes.filter((outcome) => 'failure' in outcome);
  const rows = measured.map((outcome) => {
    const { title, runs, seconds, cpuSeconds, peakBytes } = outcome;
    return [
      title,
      formatSeconds(seconds.median),
      formatSeconds(seconds.min),
      formatSeconds(seconds.max),
      `${runs}`,
      cpuSeconds === undefined ? '' : formatSeconds(cpuSeconds),
      peakBytes === undefined ? '' : formatMegabytes(peakBytes),
      base === undefined ? '' : `${(seconds.median / base).toFixed(2)}×`,
    ];
  });
  return [
    formatTable(HEADER, rows),
    ...failed.map(({ title, failure }) => `${title}: failed: ${failure}`),
  ].join('\n');
}
