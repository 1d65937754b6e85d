import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A node that a late cache does not show is taken for gone.',
  file: 'packages/operator/src/core/reconcile/node-cache.ts',
  find: 'cache.get({ name }) ?? (await client.get(nodeResource, { name }, { signal }))',
  replace: 'cache.get({ name })',
  caughtBy: {
    file: 'packages/operator/src/core/reconcile/node-cache.test.ts',
    name: 'a node that the cache does not show is not gone if the API server has it',
  },
};
