import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'Two attempts of one task have one number, and so one id.',
  file: 'packages/scheduler/src/task-table.ts',
  find: 'this.#started[index] = number + 1;',
  replace: 'this.#started[index] = number;',
  caughtBy: 'simulator',
};
