import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A commit record gets its name by rename, so that the last one wins.',
  file: 'packages/storage/src/commit.ts',
  find: 'await disk.link(own, layout.commit(record.partition));',
  replace: 'await disk.rename(own, layout.commit(record.partition));',
  caughtBy: {
    file: 'packages/storage/src/commit.test.ts',
    name: 'two attempts at one part in every interleaving of their disk steps exactly one wins, and its files are published',
  },
};
