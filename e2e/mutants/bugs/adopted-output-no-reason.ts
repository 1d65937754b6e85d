import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'With the journal lost, a coordinator that meets no worker of before leases at once.',
  file: 'packages/coordinator/src/core/job.ts',
  find: 'if (ready.isAdopted) await this.epochs.foundLife();',
  replace: '',
  caughtBy: {
    file: 'packages/coordinator/src/core/recovery/lost-journal.test.ts',
    name: 'with the journal gone an output that is ready is reason to wait, for the life after the next as well',
  },
};
