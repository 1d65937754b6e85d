import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'Tokens that are not found are made anew, although pods know the old ones.',
  file: 'packages/operator/src/core/reconcile/private-objects.ts',
  find: 'kept.tokens = found ?? kept.tokens ?? this.#newTokens();',
  replace: 'kept.tokens = found ?? this.#newTokens();',
  caughtBy: {
    file: 'packages/operator/src/core/reconcile/private-objects.test.ts',
    name: "a job's tokens are the same again if somebody deletes them, as the pods that run know no others",
  },
};
