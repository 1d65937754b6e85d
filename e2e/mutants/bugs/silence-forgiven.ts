import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A worker that has fallen silent is never given up.',
  file: 'packages/scheduler/src/policies/expiry.ts',
  find: 'if (state.now < expiryOf(state, worker) ||',
  replace: 'if (state.now < Infinity ||',
  caughtBy: 'simulator',
};
