import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A part counts whatever splits and cut points it was made by.',
  file: 'packages/coordinator/src/core/completions.ts',
  find: 'if (record.manifest.plan === planner.final.digest) {',
  replace: 'if (record.manifest.plan.length === planner.final.digest.length) {',
  caughtBy: {
    file: 'packages/coordinator/src/core/recovery/lost-journal.test.ts',
    name: 'with the journal gone parts of another plan fail the job, whatever they have consumed',
  },
};
