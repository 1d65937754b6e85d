import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'What could not be written to the journal is acknowledged all the same.',
  file: 'packages/coordinator/src/core/journal/journal.ts',
  find: 'this.#onFailure(error);\n      throw error;',
  replace: 'this.#onFailure(error);',
  caughtBy: {
    file: 'packages/coordinator/src/core/journal/journal.test.ts',
    name: 'a journal that fails once acknowledges nothing ever after',
  },
};
