import type { JobStatus } from '@mapreduce/protocol';
import { formatDuration } from '../values/duration.ts';
import { formatSize } from '../values/size.ts';
import { cell, counted, grouped, type Style } from './style.ts';

interface Ending {
  readonly output: string;
  readonly wallMs: number;
  /** Where the logs are, if they were kept. */
  readonly logs: string | undefined;
}

/** What is said at the end of a job that succeeded. `wallMs`: the whole command so far. */
export function summaryLines(
  status: JobStatus,
  { output, wallMs, logs }: Ending,
  { colors }: Style,
): string[] {
  const { progress, reduces, maps, inputs } = status;
  const fact = (name: string, text: string) => `  ${cell(name, 9)} ${text}`;
  const counters = Object.entries(status.counters);
  return [
    `${colors.green('done')} in ${colors.bold(formatDuration(wallMs))} (${phases(status)})`,
    fact(
      'input',
      `${counted(inputs.count, 'file')}, ${formatSize(inputs.bytes)}, ${counted(maps.total, 'map')}`,
    ),
    fact(
      'output',
      `${counted(reduces.total, 'part')}, ${formatSize(progress.bytesWritten)}, ${counted(progress.recordsWritten, 'record')}`,
    ),
    ...skipped(status, output).map((text) => fact('skipped', text)),
    fact('parts', `${output}/${partNames(reduces.total)}`),
    ...counters.map(([name, value]) => fact('counter', `${name} = ${grouped(value)}`)),
    ...(logs === undefined ? [] : [fact('logs', logs)]),
    fact('next', `mapreduce cat ${output}       prints the parts in order`),
    fact('', `mapreduce verify ${output}    proves parts, records and digests`),
  ];
}

function skipped({ job, progress }: JobStatus, output: string): string[] {
  const { recordsSkipped: count } = progress;
  if (count === 0) return [];
  const verb = count === 1 ? 'it is' : 'they are';
  return [`${counted(count, 'bad record')}; ${verb} in ${output}/_mapreduce/${job}/skipped.ndjson`];
}

function partNames(parts: number): string {
  const name = (part: number) => `part-${String(part).padStart(5, '0')}`;
  return parts === 1 ? name(0) : `${name(0)} … ${name(parts - 1)}`;
}

function phases({ phaseMs }: JobStatus): string {
  return Object.entries(phaseMs)
    .filter(([, ms]) => ms >= 1)
    .map(([phase, ms]) => `${phase} ${formatDuration(ms)}`)
    .join(', ');
}
