import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A completion counts whichever worker sends it, lease or not.',
  file: 'packages/scheduler/src/leases.ts',
  find: 'return lease?.worker.incarnation === worker ? lease : undefined;',
  replace: 'return lease;',
  caughtBy: {
    file: 'packages/scheduler/src/leases.test.ts',
    name: 'completion one from a worker that does not hold the lease changes nothing',
  },
};
