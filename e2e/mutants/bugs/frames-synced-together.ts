import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A power cut may keep a later piece of a snapshot and lose an earlier one.',
  file: 'packages/coordinator/src/core/journal/journal.ts',
  find: 'await this.#file.fsync();\n      }',
  replace: '}\n      await this.#file.fsync();',
  caughtBy: {
    file: 'packages/coordinator/src/core/journal/journal.test.ts',
    name: 'a journal makes one frame of a long group durable before it writes the next',
  },
};
