import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A worker that says good-bye keeps its leases and outputs.',
  file: 'packages/scheduler/src/scheduler.ts',
  find: "endWorker(state, worker, 'left', commands);",
  replace: 'offer(state, worker, 0);',
  caughtBy: {
    file: 'packages/scheduler/src/policies/expiry.test.ts',
    name: 'a worker that vanishes under a task does not count when it said good-bye',
  },
};
