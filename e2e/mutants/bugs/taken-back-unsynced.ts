import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A power cut brings the folder of a job back that was said to have taken back all.',
  file: 'packages/storage/src/discard-output.ts',
  find: 'await syncs.directory(layout.jobs);',
  replace: '',
  caughtBy: {
    file: 'packages/storage/src/verify.test.ts',
    name: 'an output that is taken back leaves nothing that a power cut brings back, whenever it comes, beside another job',
  },
};
