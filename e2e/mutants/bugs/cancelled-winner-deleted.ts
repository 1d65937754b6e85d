import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks:
    'An attempt that is cancelled after its commit record was linked deletes the files that it names.',
  file: 'packages/worker/src/core/commit/file-part-sink.ts',
  find: 'this.#mayHaveWon = true;',
  replace: 'this.#mayHaveWon = false;',
  caughtBy: 'simulator',
};
