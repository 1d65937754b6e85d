import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'An operator that has just started takes the age of a coordinator for its silence.',
  file: 'packages/operator/src/core/policies/coordinator-replacement.ts',
  find: "phase === 'Pending' ? createdAt : Math.max(createdAt, silentSince(seen))",
  replace: 'seen.talk.silentSince ?? createdAt',
  caughtBy: {
    file: 'packages/operator/src/core/reconcile/operator.test.ts',
    name: 'the operator costs a long job no attempt by starting again, however long its coordinator has run',
  },
};
