import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks:
    'A coordinator that restarts before it has a plan waits for workers of its own life before as for lost ones.',
  file: 'packages/coordinator/src/core/recovery/epoch-guard.ts',
  find: 'if (!isTold && !isPlanned())',
  replace: 'if (!isPlanned())',
  caughtBy: {
    file: 'packages/coordinator/src/core/recovery/lost-journal.test.ts',
    name: 'with the journal gone and the output with it one of the life before is not taken for such',
  },
};
