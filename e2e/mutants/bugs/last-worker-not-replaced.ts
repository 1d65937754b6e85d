import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A run whose workers have all left hangs.',
  file: 'packages/cli/src/local/cluster.ts',
  find: 'this.#startWorker(number, new RestartLimit());\n    });',
  replace: '});',
  caughtBy: {
    file: 'packages/cli/src/local/cluster.test.ts',
    name: 'starts another worker where all have left and the job has not ended',
  },
};
