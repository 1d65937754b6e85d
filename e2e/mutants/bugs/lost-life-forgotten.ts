import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks:
    'With the journal lost, the second life of the new one leases at once what others have finished.',
  file: 'packages/coordinator/src/core/recovery/epoch-guard.ts',
  find: 'this.#current.generation > 1 && ',
  replace: 'this.#current.boot === 1 && ',
  caughtBy: {
    file: 'packages/coordinator/src/core/recovery/lost-journal.test.ts',
    name: 'with the journal gone one that dies leaves to the next that it has to wait: the second knows the output',
  },
};
