import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A completion is acknowledged before the journal has it.',
  file: 'packages/coordinator/src/core/completions.ts',
  find: 'await journal.flushed();\n    return true;',
  replace: 'return true;',
  caughtBy: 'simulator',
};
