import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A commit record that is told twice completes its partition twice.',
  file: 'packages/scheduler/src/completions.ts',
  find: 'if (!table.has(partition) || table.isCompleted(partition)) return;',
  replace: 'if (!table.has(partition)) return;',
  caughtBy: {
    file: 'packages/scheduler/src/leases.test.ts',
    name: 'completion a commit record counts whichever attempt it names, once',
  },
};
