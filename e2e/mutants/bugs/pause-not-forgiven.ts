import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks:
    'A coordinator that stood still gives up its workers before it hears what they sent meanwhile.',
  file: 'packages/scheduler/src/policies/clock-gap.ts',
  find: 'state.pausedMs += late;',
  replace: 'state.pausedMs += 0;',
  caughtBy: {
    file: 'packages/scheduler/src/policies/clock-gap.test.ts',
    name: 'when the coordinator itself stood still leases are extended by the gap before any expires',
  },
};
