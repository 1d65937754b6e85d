import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A boot does not say how much of its predecessor’s journal it has read.',
  file: 'packages/coordinator/src/core/journal/journal.ts',
  find: 'const predecessor = before && { predecessor: before.seal };',
  replace: 'const predecessor = undefined;',
  caughtBy: {
    file: 'packages/coordinator/src/core/journal/journal.test.ts',
    name: 'a journal of the next boot seals the one before; what is appended to that later is no part of it',
  },
};
