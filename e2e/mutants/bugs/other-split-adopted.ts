import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A map output is adopted whatever split it was made from.',
  file: 'packages/coordinator/src/core/recovery/adoption.ts',
  find: 'return splitDigest(digest, planner.split(index), final) === split;',
  replace: "return splitDigest(digest, planner.split(index), final) !== '';",
  caughtBy: {
    file: 'packages/coordinator/src/core/recovery/lost-journal.test.ts',
    name: 'with the journal gone outputs of other splits or settings are not taken',
  },
};
