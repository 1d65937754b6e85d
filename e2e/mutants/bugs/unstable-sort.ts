import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'Records of one key are sorted in the reverse order of their emission.',
  file: 'packages/engine/src/merge/sort-records.ts',
  find: 'compareBytes(bytes, otherStart, otherEnd, bytes, start, end) <= 0',
  replace: 'compareBytes(bytes, otherStart, otherEnd, bytes, start, end) < 0',
  caughtBy: {
    file: 'packages/engine/src/merge/merge.test.ts',
    name: 'sorting is by partition, key and place, for few records and for many',
  },
};
