import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A part that was committed by an attempt without a lease is made once more.',
  file: 'packages/scheduler/src/completions.ts',
  find: 'table.complete(partition, winnerOf(state, committed), -1);',
  replace: '',
  caughtBy: {
    file: 'packages/scheduler/src/leases.test.ts',
    name: 'completion a commit record counts whichever attempt it names, once',
  },
};
