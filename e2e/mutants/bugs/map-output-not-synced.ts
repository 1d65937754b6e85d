import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A map is reported before its data is durable.',
  file: 'packages/engine/src/segments/attempt-writer.ts',
  find: 'if (fsync) this.#file.fsync();',
  replace: '',
  caughtBy: {
    file: 'packages/engine/src/segments/attempt-writer.test.ts',
    name: 'MapOutputWriter survives a power cut after finish when it is told to fsync',
  },
};
