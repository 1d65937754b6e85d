import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A worker goes where its disk fails for a moment to show the output directory.',
  file: 'packages/worker/src/core/register.ts',
  find: 'lasting.has(error.code) ? unsharedMs.wrong : unsharedMs.outOfReach',
  replace: 'unsharedMs.wrong',
  caughtBy: {
    file: 'packages/worker/src/core/sessions.test.ts',
    name: 'under a new coordinator a disk that answers EIO for 20000 ms of the output directory is no reason to go',
  },
};
