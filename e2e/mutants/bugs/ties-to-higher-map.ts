import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'Of equal keys the values of the higher map index come first.',
  file: 'packages/engine/src/merge/loser-tree.ts',
  find: 'return byKey !== 0 ? byKey > 0 : a > b;',
  replace: 'return byKey !== 0 ? byKey > 0 : a < b;',
  caughtBy: 'simulator',
};
