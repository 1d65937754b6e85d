import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'The completion log shows a map before the journal has it.',
  file: 'packages/coordinator/src/core/completion-log.ts',
  find: 'Math.min(this.#released, from + limit)',
  replace: 'from + limit',
  caughtBy: {
    file: 'packages/coordinator/src/core/coordinator.test.ts',
    name: 'workers see a map in the log no earlier than the journal has it',
  },
};
