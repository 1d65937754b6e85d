import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'What fails is tried again at once, for ever.',
  file: 'packages/controller-runtime/src/core/work-queue.ts',
  find: '    const failures = this.failures(key) + 1;',
  replace: '    const failures = 1;',
  caughtBy: {
    file: 'packages/controller-runtime/src/core/work-queue.test.ts',
    name: 'the delay of a failing key doubles to its limit, and is short again once it is forgotten',
  },
};
