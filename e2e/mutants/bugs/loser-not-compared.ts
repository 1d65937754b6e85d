import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'An output that lost is not compared, since its attempt is cancelled first.',
  file: 'packages/worker/src/core/attempts/running-attempts.ts',
  find: 'if (attempt?.isMade === false) attempt.cancel();',
  replace: 'attempt?.cancel();',
  caughtBy: {
    file: 'packages/worker/src/core/supervisor.test.ts',
    name: 'Supervisor a map that has made its output is compared with what has won, though it is cancelled',
  },
};
