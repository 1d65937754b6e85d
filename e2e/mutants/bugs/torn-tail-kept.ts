import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'The torn end of a journal is counted to what its successor goes on from.',
  file: 'packages/coordinator/src/core/journal/read-journal.ts',
  find: 'length: offset, hash, torn',
  replace: 'length: bytes.length, hash, torn',
  caughtBy: {
    file: 'packages/coordinator/src/core/journal/journal.test.ts',
    name: 'reading a journal cuts a torn tail at every byte, and keeps what was durable before it',
  },
};
