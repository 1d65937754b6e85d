import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks:
    'A coordinator that has been replaced ends the job, and takes the output of its successor away.',
  file: 'packages/coordinator/src/core/ending.ts',
  find: 'await journal.checkInCharge();',
  replace: 'await Promise.resolve();',
  caughtBy: {
    file: 'packages/coordinator/src/core/recovery/recovery.test.ts',
    name: 'of two coordinators of one job the older takes nothing back and fails nothing that the newer has',
  },
};
