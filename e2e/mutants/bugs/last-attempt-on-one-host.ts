import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks:
    'A worker may use up all attempts of a task, again and again, while the other one has only lost its output.',
  file: 'packages/scheduler/src/policies/placement.ts',
  find: 'if (oneHost && isLast && aliveBeside(state, failedOn)) return false;',
  replace: 'if (oneHost && isLast && aliveBeside(state, avoid)) return false;',
  caughtBy: {
    file: 'packages/scheduler/src/policies/failure-limits.test.ts',
    name: 'failures that count the last of four waits for the other worker, though that one has lost the output before',
  },
};
