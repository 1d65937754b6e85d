import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks:
    'A job that has ended is suspended all the same: its output goes, and it runs again later.',
  file: 'packages/operator/src/core/plan.ts',
  find: '    if (isSettled(draft)) return;\n  }\n',
  replace: '  }\n',
  caughtBy: {
    file: 'packages/operator/src/core/policies/suspend.test.ts',
    name: 'a job that is suspended and has ended is complete, and keeps who serves its output',
  },
};
