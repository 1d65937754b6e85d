import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'Victims lose their marks before the Deployment has taken them by these.',
  file: 'packages/operator/src/core/policies/scale.ts',
  find: 'if (pods.length > wanted) return;',
  replace: '',
  caughtBy: {
    file: 'packages/operator/src/core/policies/scale.test.ts',
    name: 'fewer workers keep their marks until the Deployment has taken them',
  },
};
