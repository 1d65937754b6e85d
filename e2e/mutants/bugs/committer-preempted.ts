import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A reduce that was granted the commit gives way to a map that nobody has a slot for.',
  file: 'packages/scheduler/src/policies/preempt-reduce.ts',
  find: 'if (state.grants.get(attempt.index) === attempt) continue;',
  replace: '',
  caughtBy: {
    file: 'packages/scheduler/src/policies/preempt-reduce.test.ts',
    name: 'a lost map with a reducer in every slot leaves a reduce alone that was granted the commit, however long its part takes',
  },
};
