import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A message to another life of the coordinator is taken for one to this life.',
  file: 'packages/coordinator/src/core/sender.ts',
  find: 'if (!sameEpoch(epoch, own)) {',
  replace: 'if (!sameEpoch(own, own)) {',
  caughtBy: 'simulator',
};
