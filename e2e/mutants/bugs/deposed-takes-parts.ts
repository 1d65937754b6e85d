import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A coordinator that is replaced makes the folder of a job anew that is taken back.',
  file: 'packages/coordinator/src/core/part-commits.ts',
  find: 'await this.#options.checkInCharge();',
  replace: '',
  caughtBy: {
    file: 'packages/coordinator/src/core/ending.test.ts',
    name: 'of two coordinators of one job the older takes in no part once the newer has taken the output back',
  },
};
