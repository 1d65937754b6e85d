import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A line that begins right after a split’s end belongs to two.',
  file: 'packages/engine/src/input/line-blocks.ts',
  find: 'const from = Math.max(ownedEnd - 1, start + this.#searched);',
  replace: 'const from = Math.max(ownedEnd, start + this.#searched);',
  caughtBy: 'simulator',
};
