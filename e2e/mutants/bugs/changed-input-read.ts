import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A file that changes while the job reads it is read on.',
  file: 'packages/storage/src/file-source.ts',
  find: 'if (fileVersion(status) !== this.#split.version)',
  replace: 'if (status.isDirectory)',
  caughtBy: {
    file: 'packages/storage/src/sources.test.ts',
    name: 'an input that changes is noticed by file',
  },
};
