import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'An executor that somebody kills while it loads the program fails the whole job.',
  file: 'packages/scheduler/src/policies/failure-limits.ts',
  find: " || signal === 'SIGKILL'",
  replace: '',
  caughtBy: {
    file: 'packages/scheduler/src/policies/failure-limits.test.ts',
    name: 'failures that are final a process that is killed as it loads the program need not be the fault of that',
  },
};
