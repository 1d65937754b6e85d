import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'Workers hear that the job has ended, and go, before that outlives the coordinator.',
  file: 'packages/coordinator/src/core/coordinator.ts',
  find: 'ended: ending.isBinding',
  replace: 'ended: ending.begun',
  caughtBy: {
    file: 'packages/coordinator/src/core/ending.test.ts',
    name: "a job's end is told to workers, and to who cancels, when it is durable",
  },
};
