import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A task may fail once more than the limit says.',
  file: 'packages/scheduler/src/policies/failure-limits.ts',
  find: 'return trouble.failures >= settings.maxFailures',
  replace: 'return trouble.failures > settings.maxFailures',
  caughtBy: {
    file: 'packages/scheduler/src/policies/failure-limits.test.ts',
    name: 'failures that count the job fails with the error that used up the last attempt',
  },
};
