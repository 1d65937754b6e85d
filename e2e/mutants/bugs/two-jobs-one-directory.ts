import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'Two jobs that start at once write to one output directory.',
  file: 'packages/storage/src/prepare-output.ts',
  find: 'if (other === undefined) return;',
  replace: 'if (other !== layout.job) return;',
  caughtBy: {
    file: 'packages/storage/src/prepare-output.test.ts',
    name: 'an output directory is given to one job at most, where two come at once',
  },
};
