import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'The next coordinator is made before its generation is written.',
  file: 'packages/operator/src/core/policies/start.ts',
  find: '  draft.statusFirst = true;',
  replace: '  draft.statusFirst = false;',
  caughtBy: {
    file: 'packages/operator/src/core/policies/coordinator-replacement.test.ts',
    name: 'a coordinator that was deleted is followed by the next generation, which is written first',
  },
};
