import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A line that begins right at a split’s start belongs to no split.',
  file: 'packages/engine/src/input/line-blocks.ts',
  find: 'this.#aligned ? 0 : split.start - 1',
  replace: 'this.#aligned ? 0 : split.start',
  caughtBy: 'simulator',
};
