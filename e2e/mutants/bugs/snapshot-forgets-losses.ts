import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A snapshot says of a map that was lost that it is done.',
  file: 'packages/coordinator/src/core/recovery/snapshot.ts',
  find: 'if (isLost) yield',
  replace: 'if (isLost && map < 0) yield',
  caughtBy: {
    file: 'packages/coordinator/src/core/recovery/snapshot.test.ts',
    name: 'a snapshot says what the records before it said',
  },
};
