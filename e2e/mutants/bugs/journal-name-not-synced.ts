import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A boot begins to work before the name of its journal file is durable.',
  file: 'packages/coordinator/src/core/journal/journal.ts',
  find: 'await this.#ports.disk.fsyncDirectory(this.#directory);',
  replace: '',
  caughtBy: 'simulator',
};
