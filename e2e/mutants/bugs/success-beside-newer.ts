import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks:
    'A coordinator that has been replaced links `_SUCCESS` into what its successor may take back.',
  file: 'packages/storage/src/success.ts',
  find: 'await checkInCharge();',
  replace: 'await Promise.resolve();',
  caughtBy: {
    file: 'packages/coordinator/src/core/ending.test.ts',
    name: 'of two coordinators of one job the older links no _SUCCESS',
  },
};
