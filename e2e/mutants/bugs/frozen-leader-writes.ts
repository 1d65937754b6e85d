import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A process that was frozen past the end of its lease goes on to write.',
  file: 'packages/controller-runtime/src/core/fenced-client.ts',
  find: '    if (mayWrite()) return write();',
  replace: '    if (mayWrite() || true) return write();',
  caughtBy: {
    file: 'packages/controller-runtime/src/core/leader-elector.test.ts',
    name: 'a process that was frozen past its time writes nothing, before any timer of its own',
  },
};
