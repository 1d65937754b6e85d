import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A worker goes back to a coordinator that has been replaced.',
  file: 'packages/worker/src/core/register.ts',
  find: '(before !== undefined && compareEpochs(answer.epoch, before.epoch) < 0);',
  replace: '(before !== undefined && compareEpochs(answer.epoch, before.epoch) < -1);',
  caughtBy: {
    file: 'packages/worker/src/core/supervisor.test.ts',
    name: 'Supervisor to a new coordinator it speaks in the new epoch; an older one it does not believe',
  },
};
