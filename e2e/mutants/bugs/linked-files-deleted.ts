import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks:
    'An attempt that fails after its commit record was linked deletes the files that it names.',
  file: 'packages/worker/src/core/commit/file-part-sink.ts',
  find: 'this.#mayHaveWon = true;',
  replace: 'this.#mayHaveWon = false;',
  caughtBy: {
    file: 'packages/worker/src/core/commit/part-sink.test.ts',
    name: 'a file sink keeps its files where it failed after the link, for whoever reads the record',
  },
};
