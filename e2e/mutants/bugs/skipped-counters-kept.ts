import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'What a record counted before it was skipped stays counted.',
  file: 'packages/engine/src/map/skipping-calls.ts',
  find: 'context.undo();',
  replace: '',
  caughtBy: {
    file: 'packages/engine/src/map/skipping.test.ts',
    name: 'of a record on which map throws a counter that it began is taken back as well',
  },
};
