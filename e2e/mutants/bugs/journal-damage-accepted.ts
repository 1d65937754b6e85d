import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks:
    'Damage in the middle of the journal is taken for a torn tail, and what follows is forgotten.',
  file: 'packages/coordinator/src/core/journal/read-journal.ts',
  find: 'if (later !== undefined) throw damaged',
  replace: 'if (later === -1) throw damaged',
  caughtBy: {
    file: 'packages/coordinator/src/core/journal/journal.test.ts',
    name: 'reading a journal refuses a flipped byte anywhere but in the last group, which it cuts',
  },
};
