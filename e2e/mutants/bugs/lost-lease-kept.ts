import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A process that lost its lease goes on as if it led.',
  file: 'packages/controller-runtime/src/core/leader-elector.ts',
  find: `      if (!this.isLeading) return 'lost';
`,
  replace: `      if (!this.isLeading) await sleep(clock, this.#settings.retryMs, ended);
`,
  caughtBy: {
    file: 'packages/controller-runtime/src/core/leader-elector.test.ts',
    name: 'a lease that somebody else took is lost at once',
  },
};
