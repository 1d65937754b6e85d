import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'An event that a watch tells too late brings an old state back.',
  file: 'packages/controller-runtime/src/core/reflector.ts',
  find: 'if (isOlder(resourceVersion, known) || (held === undefined && resourceVersion === known)) {',
  replace: 'if (held === undefined && resourceVersion === known) {',
  caughtBy: {
    file: 'packages/controller-runtime/src/core/reflector.test.ts',
    name: 'what a watch tells twice or too late changes nothing',
  },
};
