import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'After two restarts nothing is known of the maps that were done before the first.',
  file: 'packages/coordinator/src/core/recovery/snapshot.ts',
  find: '    yield output;\n',
  replace: '',
  caughtBy: 'simulator',
};
