import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A key is given out while it is being processed.',
  file: 'packages/controller-runtime/src/core/work-queue.ts',
  find: `if (this.#processing.has(key)) this.#again.add(key);
    else this.#enqueue(key);`,
  replace: 'this.#enqueue(key);',
  caughtBy: {
    file: 'packages/controller-runtime/src/core/work-queue.test.ts',
    name: 'a key that is added while it is processed comes back afterwards, behind the others',
  },
};
