import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'Partial merges leave their runs in another order than that of emission.',
  file: 'packages/engine/src/map/map-output.ts',
  find: 'this.#runs = merged;',
  replace: 'this.#runs = merged.reverse();',
  caughtBy: {
    file: 'packages/engine/src/engine.test.ts',
    name: 'values of a key come in input order, whatever the memory: the same output bytes',
  },
};
