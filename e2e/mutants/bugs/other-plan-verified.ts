import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'An output is called whole though its parts were made by different plans.',
  file: 'packages/storage/src/verify.ts',
  find: 'if (record.manifest.plan !== plan) {',
  replace: 'if (record.manifest.plan.length !== plan.length) {',
  caughtBy: {
    file: 'packages/storage/src/verify.test.ts',
    name: 'a finished output that names another plan than its parts do is found',
  },
};
