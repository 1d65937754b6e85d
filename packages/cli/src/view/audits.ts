import type { AuditView, JobStatus } from '@mapreduce/protocol';
import { cell, counted, type Style } from './style.ts';

/** Maps that are told of, one a line. */
const told = 5;

/** Warns of maps that gave other records when they ran again; nothing where there are none. */
export function auditLines({ audits }: JobStatus, { colors }: Style): string[] {
  if (audits === undefined) return [];
  const { total, first } = audits;
  const more = total - Math.min(told, first.length);
  const what = total === 1 ? 'a map' : `${total} attempts at maps`;
  return [
    `${colors.yellow('warning:')} ${what} gave other records than before: the program is not deterministic`,
    ...first.slice(0, told).map((audit) => `  ${cell(`map ${audit.map}`, 9)} ${lineOf(audit)}`),
    ...(more > 0 ? [`  ${cell('', 9)} and ${more} more`] : []),
  ];
}

function lineOf({ first, other, counts, partitions, differing }: AuditView): string {
  const effect = counts ? '' : '; it was late, and changed nothing';
  if (partitions === undefined) {
    return `${other} after ${first}: nobody can tell any more in which partitions${effect}`;
  }
  const few = differing.slice(0, 3).map(describe).join(', ');
  const list = partitions > 3 ? `${few}, …` : few;
  return `${other} after ${first}: ${counted(partitions, 'partition')} (${list})${effect}`;
}

function describe({ partition, records: [before, after] }: AuditView['differing'][number]): string {
  if (before === after) return `${partition}: ${counted(after, 'record')}, but others`;
  return `${partition}: ${counted(after, 'record')} instead of ${before}`;
}
