import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A worker that says good-bye counts as one that vanished under its tasks.',
  file: 'packages/scheduler/src/policies/expiry.ts',
  find: "if (as === 'left') continue;",
  replace: '',
  caughtBy: {
    file: 'packages/scheduler/src/policies/expiry.test.ts',
    name: 'a worker that vanishes under a task does not count when it said good-bye',
  },
};
