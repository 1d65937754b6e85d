import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'Two attempts of one partition are granted the commit.',
  file: 'packages/scheduler/src/grants.ts',
  find: "if (holder !== undefined && holder !== lease) return 'wait';",
  replace: '',
  caughtBy: {
    file: 'packages/scheduler/src/grants.test.ts',
    name: 'grants one attempt of a partition is granted the commit, and again when it asks again',
  },
};
