import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'Frames of a journal may be missing or swapped.',
  file: 'packages/coordinator/src/core/journal/read-journal.ts',
  find: 'if (!equal(expected, frame.hash)) throw',
  replace: 'if (!equal(expected, expected)) throw',
  caughtBy: {
    file: 'packages/coordinator/src/core/journal/journal.test.ts',
    name: 'reading a journal refuses a file whose groups are swapped, lost or of an unknown form',
  },
};
