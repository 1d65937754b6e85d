import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A watch goes on from a version that the server no longer knows.',
  file: 'packages/controller-runtime/src/core/reflector.ts',
  find: 'if (!(error instanceof ApiError) || isExpired(error)) return false;',
  replace: `if (!(error instanceof ApiError)) return false;
  if (isExpired(error)) return true;`,
  caughtBy: {
    file: 'packages/controller-runtime/src/core/reflector.test.ts',
    name: 'a version that has expired, told by an event of the stream, is listed anew; what was deleted unseen is told',
  },
};
