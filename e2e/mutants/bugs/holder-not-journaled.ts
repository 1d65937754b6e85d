import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'Who has taken over an output is forgotten when the coordinator restarts.',
  file: 'packages/coordinator/src/core/map-outputs.ts',
  find: 'release(journal.append(record), log, count);',
  replace: 'release(Promise.resolve(), log, count);',
  caughtBy: 'simulator',
};
