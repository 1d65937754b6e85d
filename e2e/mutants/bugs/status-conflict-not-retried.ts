import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A status that met a conflict is given up.',
  file: 'packages/controller-runtime/src/core/status-writer.ts',
  find: 'if (!isConflict(error) || tries === maxTries) throw error;',
  replace: 'if (!isConflict(error) || tries > 0) throw error;',
  caughtBy: {
    file: 'packages/controller-runtime/src/core/status-writer.test.ts',
    name: 'what somebody else wrote meanwhile is read, and the status made anew of it',
  },
};
