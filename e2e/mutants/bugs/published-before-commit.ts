import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'An attempt gives its files their final names before its commit record is linked.',
  file: 'packages/worker/src/core/commit/file-part-sink.ts',
  find: 'const winner = await commitPart(',
  replace:
    'await publishPart(disk, this.#layout, record, settings);\n    const winner = await commitPart(',
  caughtBy: {
    file: 'packages/worker/src/core/commit/part-sink.test.ts',
    name: 'a file sink commits once: who comes later publishes the winner’s part, and deletes its own',
  },
};
