import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'Backup attempts run a program whose side effects would happen twice.',
  file: 'packages/coordinator/src/core/planner.ts',
  find: 'this.#settings.backupTasks && !description.sideEffects',
  replace: 'this.#settings.backupTasks',
  caughtBy: {
    file: 'packages/coordinator/src/core/planner.test.ts',
    name: 'a plan has backup tasks if the job wants them and the program has no side effects',
  },
};
