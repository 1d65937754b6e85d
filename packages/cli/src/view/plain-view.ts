import type { Phase } from '@mapreduce/protocol';
import type { JobView } from './job-view.ts';
import { phaseLine } from './plain.ts';

/** Prints a line as each phase begins. */
export function plainView(print: (line: string) => void): JobView {
  let shown: Phase | undefined;
  return {
    update: (status) => {
      // The inputs of a job are known once it is planned; before, there is nothing to say.
      if (status.phase === shown || status.phase === 'describe') return;
      shown = status.phase;
      print(phaseLine(status));
    },
    note: (text) => print(`${''.padStart(8)}  ${text}`),
    close: () => undefined,
  };
}
