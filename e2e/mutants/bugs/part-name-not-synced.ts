import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A commit record may outlive the names of the files that it speaks of.',
  file: 'packages/storage/src/commit.ts',
  find: '...(fsync ? [disk.fsyncDirectory(attemptDirectory), disk.fsyncDirectory(layout.attempts)] : []),',
  replace: '',
  caughtBy: {
    file: 'packages/storage/src/commit.test.ts',
    name: 'two attempts at one part a power cut after any step leaves a part that is whole or not committed',
  },
};
