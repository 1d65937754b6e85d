import { jobStatusSchema, type JobStatus } from '@mapreduce/protocol';
import type { RunningCommand } from './command.ts';

export interface StatusEvents {
  /** The newest status that `--json` has printed. */
  readonly last: () => JobStatus | undefined;
}

/** Follows the events that `mapreduce run --json` prints. */
export function jobStatusEvents(run: RunningCommand): StatusEvents {
  let rest = '';
  let newest: JobStatus | undefined;
  run.child.stdout?.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = JSON.parse(line) as { event: string; status?: unknown };
      if (event.status !== undefined) newest = jobStatusSchema.parse(event.status);
    }
  });
  return { last: () => newest };
}
