import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'Records are collected in memory without bound, and never spilled.',
  file: 'packages/engine/src/map/record-collector.ts',
  find: 'if (used + length + bytesPerRecord > this.#options.budget) this.#spill();',
  replace: '',
  caughtBy: {
    file: 'packages/engine/src/engine.test.ts',
    name: 'values of a key come in input order, whatever the memory: the same output bytes',
  },
};
