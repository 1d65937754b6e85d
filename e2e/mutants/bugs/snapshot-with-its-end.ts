import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks:
    'After a boot, damage to the one frame that holds all of history looks like a torn write.',
  file: 'packages/coordinator/src/core/journal/journal.ts',
  find: 'await this.flushed();\n    // In a frame of its own',
  replace: '// In a frame of its own',
  caughtBy: {
    file: 'packages/coordinator/src/core/journal/journal.test.ts',
    name: 'reading a journal takes one whose beginning was lost for torn, unless a whole group follows',
  },
};
