import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'Outputs of a worker that leaves are moved to others that leave too.',
  file: 'packages/scheduler/src/views.ts',
  find: 'return !draining && !isReplaced;',
  replace: 'return !isReplaced || draining;',
  caughtBy: {
    file: 'packages/coordinator/src/core/drain/drain-desk.test.ts',
    name: 'a worker that leaves is relieved by another where the first receiver does not come, or leaves too',
  },
};
