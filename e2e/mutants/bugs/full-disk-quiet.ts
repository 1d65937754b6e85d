import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'Fetched segments that the disk has no room for are dropped without a word.',
  file: 'packages/worker/src/core/shuffle/spool-file.ts',
  find: 'await (await this.#open()).append(this.#buffer.subarray(0, this.#filled));',
  replace:
    'await (await this.#open()).append(this.#buffer.subarray(0, this.#filled)).catch(() => undefined);',
  caughtBy: {
    file: 'packages/worker/src/core/shuffle/spool-file.test.ts',
    name: 'pieces of 1000 bytes that find no room are an error',
  },
};
