import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A part is committed before its bytes are durable.',
  file: 'packages/engine/src/output/part-file.ts',
  find: 'if (this.#fsync) this.#file.fsync();',
  replace: '',
  caughtBy: {
    file: 'packages/engine/src/output/part-file.test.ts',
    name: 'a part of 10 bytes survives a power cut once it is finished',
  },
};
