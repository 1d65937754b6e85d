import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A coordinator that its node refuses is followed by the next at once, again and again.',
  file: 'packages/operator/src/core/policies/coordinator-replacement.ts',
  find: 'if (seen.now < mayFollowAt) draft.wake(mayFollowAt);',
  replace: 'if (seen.now < 0) draft.wake(mayFollowAt);',
  caughtBy: {
    file: 'packages/operator/src/core/policies/coordinator-replacement.test.ts',
    name: 'a coordinator that its node refuses is not followed before ten seconds are over',
  },
};
