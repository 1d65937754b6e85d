import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'An output counts whatever cut points decided which partition its records went to.',
  file: 'packages/storage/src/settings-digest.ts',
  find: 'const cut = plan?.bounds && { plan: plan.digest };',
  replace: 'const cut = plan?.bounds && { plan: true };',
  caughtBy: {
    file: 'packages/coordinator/src/core/recovery/lost-journal.test.ts',
    name: 'with the journal gone what is of other cut points is not believed by the life after the next either',
  },
};
