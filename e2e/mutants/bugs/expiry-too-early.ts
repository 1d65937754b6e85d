import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A worker is given up after a tenth of the time that it may be silent.',
  file: 'packages/scheduler/src/policies/expiry.ts',
  find: 'worker.heardAt + pausedMs + settings.workerTimeoutMs;',
  replace: 'worker.heardAt + pausedMs + settings.workerTimeoutMs / 10;',
  caughtBy: 'simulator',
};
