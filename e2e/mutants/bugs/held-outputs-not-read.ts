import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A worker offers what it finds on its disk without having read it.',
  file: 'packages/worker/src/core/held/recover-outputs.ts',
  find: 'await (ports.dataPlane ?? realDataPlane).verify(ports, output, settings.reducers);',
  replace: '',
  caughtBy: {
    file: 'packages/worker/src/core/sessions.test.ts',
    name: 'a worker that starts where another one died deletes an output that has lost a byte of the data',
  },
};
