import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A worker that a coordinator refuses asks it for ever.',
  file: 'packages/worker/src/core/register.ts',
  find: '>= client.lostMs',
  replace: '>= Infinity',
  caughtBy: {
    file: 'packages/worker/src/core/sessions.test.ts',
    name: 'under a new coordinator where none but another answers for a minute, the worker goes, and leaves what it holds',
  },
};
