import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks:
    'Of two outputs of one map that a worker offers, one is journaled with the roots of the other.',
  file: 'packages/coordinator/src/core/map-outputs.ts',
  find: 'const arriving = this.#arriving.get(at.attempt);',
  replace: 'const arriving = [...this.#arriving.values()].at(-1);',
  caughtBy: {
    file: 'packages/coordinator/src/core/recovery/recovery.test.ts',
    name: 'a restarted coordinator takes the first of two outputs of one map that are offered at once, with its own roots',
  },
};
