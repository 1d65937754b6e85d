import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks:
    'A job that fails because its next coordinator cannot take the output over leaves it there.',
  file: 'packages/coordinator/src/core/output.ts',
  find: 'if (before !== undefined) this.#prepared = { created: before.created };',
  replace: '',
  caughtBy: {
    file: 'packages/coordinator/src/core/ending.test.ts',
    name: "a job's end as a failure by a damaged commit record, met at a restart, leaves nothing",
  },
};
