import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A snapshot says of a map that was lost that it is done.',
  file: 'packages/coordinator/src/core/recovery/snapshot.ts',
  find: 'if (isLost) yield',
  replace: 'if (!isLost && isLost) yield',
  caughtBy: 'simulator',
};
