import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks:
    'A coordinator does not start where a power cut took the beginning of an unfinished journal.',
  file: 'packages/coordinator/src/core/journal/read-journal.ts',
  find: 'const isTorn = isUnwritten || bytes.length <= frameHeaderLength;',
  replace: 'const isTorn = bytes.length <= frameHeaderLength;',
  caughtBy: {
    file: 'packages/coordinator/src/core/journal/journal.test.ts',
    name: 'reading a journal takes one whose beginning was lost for torn, unless a whole group follows',
  },
};
