import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A holder may claim what its map attempt never reported.',
  file: 'packages/engine/src/segments/claim.ts',
  find: 'return verifyMerklePath(leaf, partition, partitions, path, storedRoot, digest);',
  replace:
    'return partition < partitions && leaf.length + path.length >= storedRoot.length && digest !== undefined;',
  caughtBy: {
    file: 'packages/engine/src/segments/stream.test.ts',
    name: 'segment stream is refused after any flipped bit, with the segment at fault',
  },
};
