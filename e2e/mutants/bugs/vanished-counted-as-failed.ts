import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A worker that vanishes under a task uses up one of the attempts of its program.',
  file: 'packages/scheduler/src/policies/failure-limits.ts',
  find: 'trouble.vanished++;',
  replace: 'trouble.vanished++;\n  trouble.failures++;',
  caughtBy: {
    file: 'packages/scheduler/src/policies/expiry.test.ts',
    name: 'a worker that vanishes under a task uses up no attempt of the program',
  },
};
