import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'The coordinator commits a part of records that it knows not to count any more.',
  file: 'packages/coordinator/src/core/part-commits.ts',
  find: 'if (!fits()) return undefined;',
  replace: 'fits();',
  caughtBy: {
    file: 'packages/coordinator/src/core/coordinator.test.ts',
    name: 'a part of records that no longer count is not committed into a volume: its reduce runs again',
  },
};
