import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A job that fails after its `_SUCCESS` is linked leaves it there.',
  file: 'packages/storage/src/discard-output.ts',
  find: 'isSuccessOf(layout.job, success)',
  replace: 'isSuccessOf(gone.job, success)',
  caughtBy: {
    file: 'packages/coordinator/src/core/ending.test.ts',
    name: "a job's end as a success whose last fsync fails is a failure that leaves nothing",
  },
};
