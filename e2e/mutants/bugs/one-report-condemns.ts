import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'One report that a holder cannot be reached runs the map again.',
  file: 'packages/scheduler/src/policies/fetch-failure.ts',
  find: 'known.witnesses.add(reporter.worker.index);',
  replace: 'known.witnesses.add(reporter.worker.index).add(-1);',
  caughtBy: {
    file: 'packages/scheduler/src/policies/fetch-failure.test.ts',
    name: 'a failed fetch from an unreachable holder is believed when a second worker says so',
  },
};
