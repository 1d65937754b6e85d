import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks:
    'The completion of an attempt that was given up is acknowledged while its task is undone.',
  file: 'packages/coordinator/src/core/completions.ts',
  find: 'if (!holdsLease(driver.state, incarnation, attempt)) {',
  replace:
    'if (outputs.table.output(task.index) && !holdsLease(driver.state, incarnation, attempt)) {',
  caughtBy: {
    file: 'packages/coordinator/src/core/coordinator.test.ts',
    name: 'workers that were given up with a map are told that it does not count, though nobody has done it',
  },
};
