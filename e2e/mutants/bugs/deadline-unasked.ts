import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A deadline that passed without an operator fails a job whose coordinator was not asked.',
  file: 'packages/operator/src/core/policies/deadlines.ts',
  find: 'Math.max(deadline, heardBy(seen) ?? deadline)',
  replace: 'deadline',
  caughtBy: {
    file: 'packages/operator/src/core/reconcile/operator.test.ts',
    name: 'the operator finds a job running whose first task began while no operator was there for a quarter of an hour',
  },
};
