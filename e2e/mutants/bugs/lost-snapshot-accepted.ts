import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A journal that was cut within what its boot took over begins the job anew, unsaid.',
  file: 'packages/coordinator/src/core/journal/read-history.ts',
  find: 'JournalFiles.bootOf(oldest) === 1;',
  replace: 'JournalFiles.bootOf(oldest) > 0;',
  caughtBy: {
    file: 'packages/coordinator/src/core/journal/journal.test.ts',
    name: 'a journal refuses a flipped byte anywhere in what a boot took over, and a cut of it',
  },
};
