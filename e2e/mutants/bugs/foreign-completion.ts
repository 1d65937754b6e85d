import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A completion counts whichever worker sends it, lease or not.',
  file: 'packages/scheduler/src/leases.ts',
  find: 'return heldBy(aliveWorker(state, worker), attempt);',
  replace: 'return liveAttempt(state, attempt);',
  caughtBy: {
    file: 'packages/scheduler/src/leases.test.ts',
    name: 'completion one from a worker that does not hold the lease changes nothing',
  },
};
