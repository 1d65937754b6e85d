import type { JobStatus } from '@mapreduce/protocol';
import { formatDuration } from '../values/duration.ts';
import { formatSize } from '../values/size.ts';
import { counted } from './style.ts';

/** What a pipe shows of a job: one line as each phase begins. */
export function phaseLine(status: JobStatus): string {
  return `${formatDuration(status.elapsedMs).padStart(8)}  ${status.phase.padEnd(9)} ${factsOf(status)}`;
}

function factsOf(status: JobStatus): string {
  const { inputs, maps, reduces, progress } = status;
  switch (status.phase) {
    case 'describe':
      return `loading ${status.program}`;
    case 'sample':
      return `looking for cut points in ${counted(inputs.count, 'file')} (${formatSize(inputs.bytes)})`;
    case 'map':
      return (
        `${counted(maps.total, 'split')} of ${counted(inputs.count, 'file')} ` +
        `(${formatSize(inputs.bytes)}), ${counted(status.workersTotal, 'worker')}`
      );
    case 'reduce':
      return counted(reduces.total, 'partition');
    case 'finish':
      return `${counted(progress.recordsWritten, 'record')} (${formatSize(progress.bytesWritten)}) written`;
  }
}
