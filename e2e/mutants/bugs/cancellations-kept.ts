import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A worker is told to stop an attempt for ever, whatever it runs.',
  file: 'packages/coordinator/src/core/worker-book.ts',
  find: 'if (told > 1 && !running) cancelled.delete(attempt);\n      else ',
  replace: '',
  caughtBy: 'simulator',
};
