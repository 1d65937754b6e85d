import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A relieved worker that the Deployment has yet to take is counted at each look.',
  file: 'packages/operator/src/core/policies/scale.ts',
  find: 'const left = pods.length - pending',
  replace: 'const left = current - pending',
  caughtBy: {
    file: 'packages/operator/src/core/policies/scale.test.ts',
    name: 'fewer workers go once each, however late the Deployment takes them',
  },
};
