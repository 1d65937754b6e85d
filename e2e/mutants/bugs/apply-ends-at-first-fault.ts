import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'The first fault of an apply ends it, while the rest of it still runs.',
  file: 'packages/operator/src/core/reconcile/settle-all.ts',
  find: 'const ends = await Promise.allSettled(work);',
  replace: `await Promise.all(work);
  const ends: PromiseSettledResult<unknown>[] = [];`,
  caughtBy: {
    file: 'packages/operator/src/core/reconcile/settle-all.test.ts',
    name: 'waits for all, whatever comes of some',
  },
};
