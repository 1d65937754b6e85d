import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A holder of outputs that does not come back after a restart is waited for without end.',
  file: 'packages/scheduler/src/workers.ts',
  find: 'join(state, incarnation, 0);\n  return expectWorker(state, incarnation);',
  replace:
    'join(state, incarnation, 0);\n  const expected = expectWorker(state, incarnation);\n  state.silence.remove(expected.silence);\n  return expected;',
  caughtBy: {
    file: 'packages/scheduler/src/recovery.test.ts',
    name: 'after a restart holders that do not come within ten seconds lose what they held',
  },
};
