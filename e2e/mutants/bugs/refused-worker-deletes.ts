import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A worker that is refused deletes what it and its former lives hold.',
  file: 'packages/worker/src/core/supervisor.ts',
  find: 'isOfUse = this.#registered !== undefined || this.#leftovers.length > 0;',
  replace: 'isOfUse = isLost;',
  caughtBy: {
    file: 'packages/worker/src/core/sessions.test.ts',
    name: 'a worker that starts where another one died leaves what it finds there, where it is refused',
  },
};
