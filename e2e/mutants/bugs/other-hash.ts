import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'Keys go to other partitions than ihash sends them to.',
  file: 'packages/engine/src/codec/partition.ts',
  find: 'hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);',
  replace: 'hash = Math.imul(hash ^ (bytes[at] as number), 0x01000195);',
  caughtBy: {
    file: 'packages/engine/src/engine.test.ts',
    name: 'a string goes to the partition of the Go original',
  },
};
