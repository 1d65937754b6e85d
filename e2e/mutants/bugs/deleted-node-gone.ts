import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A Node that is being deleted, and waits for its pods, counts as switched off.',
  file: 'packages/operator/src/core/views/node-view.ts',
  find: 'gone: taints.some(',
  replace: 'gone: metadata.deletionTimestamp !== undefined || taints.some(',
  caughtBy: {
    file: 'packages/operator/src/core/views/views.test.ts',
    name: 'a node that is being deleted drains, as it is there until its pods have gone',
  },
};
