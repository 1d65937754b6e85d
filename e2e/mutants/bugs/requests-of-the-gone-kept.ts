import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'What a worker asked for is kept when the worker is gone, for as long as the job runs.',
  file: 'packages/coordinator/src/core/lease-desk.ts',
  find: '    this.#counters.delete(worker);\n',
  replace: '',
  caughtBy: 'simulator',
};
