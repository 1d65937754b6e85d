import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'Partial merges of a reduce leave its runs in another order than that of the maps.',
  file: 'packages/engine/src/reduce/reduce-inputs.ts',
  find: 'this.#runs = merged;',
  replace: 'this.#runs = merged.reverse();',
  caughtBy: {
    file: 'packages/engine/src/engine.test.ts',
    name: 'values of a key come in input order, whatever the memory: the same output bytes',
  },
};
