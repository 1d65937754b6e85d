import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A coordinator takes a higher generation of which the one that replaces it has not read.',
  file: 'packages/coordinator/src/core/recovery/epoch-guard.ts',
  find: 'await journal.checkInCharge();\n    this.#current',
  replace: 'this.#current',
  caughtBy: {
    file: 'packages/coordinator/src/core/recovery/lost-journal.test.ts',
    name: 'with the journal gone a generation is not taken where a later boot has begun meanwhile',
  },
};
