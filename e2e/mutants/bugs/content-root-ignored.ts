import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'An output that comes back with other records than the journal knows is taken over.',
  file: 'packages/coordinator/src/core/recovery/adoption.ts',
  find: 'return known.storedRoot === storedRoot && known.contentRoot === contentRoot;',
  replace: 'return known.storedRoot === storedRoot || known.contentRoot === contentRoot;',
  caughtBy: {
    file: 'packages/coordinator/src/core/recovery/recovery.test.ts',
    name: 'a restarted coordinator does not take over an output that comes back with another contentRoot',
  },
};
