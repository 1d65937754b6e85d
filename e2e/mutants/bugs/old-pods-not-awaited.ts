import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A coordinator is made while the one before it may still be running.',
  file: 'packages/operator/src/core/policies/predecessors.ts',
  find: '  if (awaited.length === 0 && !isOldDeployment) return true;',
  replace: '  if (!isOldDeployment) return true;',
  caughtBy: {
    file: 'packages/operator/src/core/policies/predecessors.test.ts',
    name: 'what came before is waited for while its node answers',
  },
};
