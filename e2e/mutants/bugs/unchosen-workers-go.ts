import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'Workers go whom the coordinator chose for another number.',
  file: 'packages/operator/src/core/policies/scale.ts',
  find: '  if (scaleDown?.workers !== wanted) return [];',
  replace: '  if (scaleDown === undefined) return [];',
  caughtBy: {
    file: 'packages/operator/src/core/policies/scale.test.ts',
    name: 'fewer workers do not follow an answer to another number',
  },
};
