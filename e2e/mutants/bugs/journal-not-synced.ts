import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A group of records is acknowledged when it is written, not when it is durable.',
  file: 'packages/coordinator/src/core/journal/journal.ts',
  find: 'await this.#file.fsync();',
  replace: '',
  caughtBy: 'simulator',
};
