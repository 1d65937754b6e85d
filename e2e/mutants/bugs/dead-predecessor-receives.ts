import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'Outputs are to move to a worker that is known to be dead.',
  file: 'packages/scheduler/src/views.ts',
  find: 'return !draining && !isReplaced;',
  replace: 'return !draining || isReplaced;',
  caughtBy: {
    file: 'packages/scheduler/src/policies/replaced.test.ts',
    name: 'a worker that another has taken the place of keeps what it holds until its successor offers that, and is leased nothing',
  },
};
