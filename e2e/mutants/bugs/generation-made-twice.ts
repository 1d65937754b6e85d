import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'An operator makes the pod of a generation that another one raised, and may have made.',
  file: 'packages/operator/src/core/policies/coordinator-replacement.ts',
  find: 'return launch?.generation === generation && launch.sentAt === undefined;',
  replace: 'return launch?.sentAt === undefined;',
  caughtBy: {
    file: 'packages/operator/src/core/reconcile/operator.test.ts',
    name: 'the operator never makes two coordinators of one generation, wherever it dies',
  },
};
