import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A power cut brings parts back whose records, which say whose they are, are gone.',
  file: 'packages/storage/src/discard-output.ts',
  find: 'await syncs.directory(layout.directory);\n  await disk.remove(gone.jobDirectory);',
  replace: 'await disk.remove(gone.jobDirectory);',
  caughtBy: {
    file: 'packages/storage/src/verify.test.ts',
    name: 'an output that is taken back leaves nothing that a power cut brings back, whenever it comes, beside another job',
  },
};
