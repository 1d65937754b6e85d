import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'Who ends in good order keeps the lease until it runs out.',
  file: 'packages/controller-runtime/src/core/leader-elector.ts',
  find: `      await this.#release();
`,
  replace: `      this.#leadsUntil = -Infinity;
`,
  caughtBy: {
    file: 'packages/controller-runtime/src/core/leader-elector.test.ts',
    name: 'the first leads, the second waits; when the first ends, the second leads at once',
  },
};
