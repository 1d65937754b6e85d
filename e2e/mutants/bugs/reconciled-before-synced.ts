import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'Jobs are looked at before the caches are full.',
  file: 'packages/controller-runtime/src/core/manager.ts',
  find: 'this.#informers.map((informer) => informer.synced())',
  replace: '[]',
  caughtBy: {
    file: 'packages/controller-runtime/src/core/manager.test.ts',
    name: 'nothing is reconciled while one cache of several is not full',
  },
};
