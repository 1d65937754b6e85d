import type { JobStatus } from '@mapreduce/protocol';
import { formatDuration } from '../values/duration.ts';

type Straggler = NonNullable<JobStatus['straggler']>;

/** From how many times the usual amount on what a task reads tells why it takes longer. */
const skewed = 3;

/** Whether it takes longer because it has more to do. */
export function isSkewed({ sizeRatio = 0 }: Straggler): boolean {
  return sizeRatio >= skewed;
}

/** `reduce 3 runs for 4 min 10 s, others took 20.0 s: it reads 31 times as much`. */
export function stragglerText(straggler: Straggler): string {
  const { task, runningMs, medianMs, sizeRatio = 0 } = straggler;
  const times = `${task} runs for ${formatDuration(runningMs)}, others took ${formatDuration(medianMs)}`;
  return isSkewed(straggler) ? `${times}: it reads ${Math.round(sizeRatio)} times as much` : times;
}
