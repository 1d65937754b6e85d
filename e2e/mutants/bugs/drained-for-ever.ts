import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A worker whose machine was to go, and did not, is leased nothing any more.',
  file: 'packages/coordinator/src/core/drain/drain-desk.ts',
  find: 'if (hasStayed) this.keep(worker);',
  replace: '',
  caughtBy: {
    file: 'packages/coordinator/src/core/drain/fleet.test.ts',
    name: 'a worker whose machine is to go takes part again where it is still there ten seconds after its time',
  },
};
