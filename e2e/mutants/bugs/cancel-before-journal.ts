import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A cancellation is answered before it would outlive the coordinator.',
  file: 'packages/coordinator/src/core/coordinator.ts',
  find: 'await this.#job.ending.bound;',
  replace: 'await Promise.resolve();',
  caughtBy: {
    file: 'packages/coordinator/src/core/recovery/recovery.test.ts',
    name: 'a restarted coordinator of a job whose cancellation was answered does not go on with it',
  },
};
