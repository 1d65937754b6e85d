import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'Workers that can reach no holder have the same map run again and again.',
  file: 'packages/scheduler/src/policies/blame-reporters.ts',
  find: 'trouble.missedBy.push(...fresh);',
  replace: '',
  caughtBy: {
    file: 'packages/scheduler/src/policies/blame-reporters.test.ts',
    name: 'workers that can reach no holder have the map run again once, then their reduces move',
  },
};
