import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks:
    'A worker of a life that is lost ends each new life of a coordinator that has begun without it.',
  file: 'packages/coordinator/src/core/recovery/epoch-guard.ts',
  find: 'if (named.generation > generation) {',
  replace: 'if (named.generation > generation || hasBound) {',
  caughtBy: {
    file: 'packages/coordinator/src/core/recovery/lost-journal.test.ts',
    name: 'with the journal gone and the output with it a worker that comes late, with a higher boot than this, is taken in',
  },
};
