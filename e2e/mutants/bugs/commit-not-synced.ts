import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A part is reported before the name of its commit record is durable.',
  file: 'packages/storage/src/commit.ts',
  find: 'if (fsync) await disk.fsyncDirectory(layout.commits);',
  replace: '',
  caughtBy: 'simulator',
};
