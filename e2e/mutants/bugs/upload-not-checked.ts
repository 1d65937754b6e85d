import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A part is committed whose files are not what its manifest says.',
  file: 'packages/coordinator/src/core/part-commits.ts',
  find: 'if (found?.length !== file.length || found.sha256 !== file.sha256) {',
  replace: 'if (found?.length !== file.length) {',
  caughtBy: {
    file: 'packages/coordinator/src/core/part-commits.test.ts',
    name: 'an uploaded part that is of other bytes is refused, and changes nothing',
  },
};
