import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A power cut may leave `_SUCCESS` beside parts that have lost their names.',
  file: 'packages/storage/src/success.ts',
  find: 'if (fsync) await disk.fsyncDirectory(layout.directory);\n  // Only now',
  replace: '// Only now',
  caughtBy: {
    file: 'packages/storage/src/verify.test.ts',
    name: 'finishing makes the names of all parts durable before that of _SUCCESS is there',
  },
};
