import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'Map outputs are adopted that another program has made.',
  file: 'packages/coordinator/src/core/recovery/adoption.ts',
  find: 'const isOurs = jobDigest === undefined || jobDigest === this.#options.jobDigest;',
  replace: 'const isOurs = jobDigest !== null;',
  caughtBy: {
    file: 'packages/coordinator/src/core/recovery/lost-journal.test.ts',
    name: 'with the journal gone outputs of other splits or settings are not taken',
  },
};
