import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A part is acknowledged whose link another coordinator did not come to make durable.',
  file: 'packages/coordinator/src/core/part-commits.ts',
  find: 'await this.#ports.disk.fsyncDirectory(layout.commits);',
  replace: '',
  caughtBy: {
    file: 'packages/coordinator/src/core/part-commits.test.ts',
    name: 'an uploaded part that was linked by who died before it was durable is so when that is said',
  },
};
