import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'An attempt that its worker released counts as a failure of its task.',
  file: 'packages/scheduler/src/policies/failure-limits.ts',
  find: "return kind !== 'released';",
  replace: "return kind !== 'disk' || true;",
  caughtBy: {
    file: 'packages/scheduler/src/policies/failure-limits.test.ts',
    name: 'failures that count what a worker gave up itself never counts',
  },
};
