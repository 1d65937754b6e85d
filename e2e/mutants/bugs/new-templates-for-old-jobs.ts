import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'An upgraded operator makes the pods of old jobs as it would those of new ones.',
  file: 'packages/operator/src/core/plan.ts',
  find: 'const source = seen.source ?? sourceOf(',
  replace: 'const source = sourceOf(',
  caughtBy: {
    file: 'packages/operator/src/core/plan.test.ts',
    name: 'a job that is new has pods as it was started with, though this operator makes others',
  },
};
