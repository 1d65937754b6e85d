import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'Bad records count once more whenever their map runs again.',
  file: 'packages/coordinator/src/core/skipped-records.ts',
  find: 'this.#total += records.length - this.count(map);',
  replace: 'this.#total += records.length;',
  caughtBy: {
    file: 'packages/coordinator/src/core/skipped-records.test.ts',
    name: 'maps are told in order, and one that ran again has skipped what it skipped last',
  },
};
