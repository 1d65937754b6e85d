import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A map that gives other records when it runs again is mixed with what it gave before.',
  file: 'packages/coordinator/src/core/audit/audits.ts',
  find: 'if (!this.isDeterministic || before.contentRoot === output.contentRoot) return;',
  replace: 'return;',
  caughtBy: {
    file: 'packages/coordinator/src/core/audit/audits.test.ts',
    name: 'a map that ran again and gave other records has the reduces of partitions that differ begin anew',
  },
};
