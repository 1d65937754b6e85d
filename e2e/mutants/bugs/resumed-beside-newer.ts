import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'An attempt that an earlier life leased goes on beside the one that was leased since.',
  file: 'packages/scheduler/src/resume.ts',
  find: 'for (const newer of table.attempts(index)) cancelLease(state, newer, commands);',
  replace: '',
  caughtBy: {
    file: 'packages/scheduler/src/recovery.test.ts',
    name: 'an attempt that still runs after a restart has the better right than one that was leased since, but none beside another of its kind',
  },
};
