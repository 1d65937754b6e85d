import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A lease request that is repeated is leased other tasks.',
  file: 'packages/coordinator/src/core/lease-desk.ts',
  find: 'return this.#counters.get(incarnation)?.answers.get(request);',
  replace: 'return undefined;',
  caughtBy: {
    file: 'packages/coordinator/src/core/coordinator.test.ts',
    name: 'leases wait until there is a task, and a repeat of the request gets the same answer',
  },
};
