import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'The Deployment shrinks before those that are to go are marked.',
  file: 'packages/operator/src/core/policies/scale.ts',
  find: 'victim.isRelieved && !unmarked.includes(victim)',
  replace: 'victim.isRelieved',
  caughtBy: {
    file: 'packages/operator/src/core/policies/scale.test.ts',
    name: 'fewer workers are marked before any goes',
  },
};
