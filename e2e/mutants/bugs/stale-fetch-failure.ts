import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A report about an output that has been replaced takes away its successor.',
  file: 'packages/scheduler/src/map-outputs.ts',
  find: 'if (outputOf(state, map) !== mapAttempt) return;',
  replace: '',
  caughtBy: {
    file: 'packages/scheduler/src/policies/fetch-failure.test.ts',
    name: 'a failed fetch of an output that has been replaced, even on the same holder, changes nothing',
  },
};
