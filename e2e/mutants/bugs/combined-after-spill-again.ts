import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'What was spilled is counted once more after the spill.',
  file: 'packages/engine/src/map/combining-collector.ts',
  find: '    this.#keys.clear();\n',
  replace: '',
  caughtBy: {
    file: 'packages/engine/src/engine.test.ts',
    name: 'word count equals one in a plain Map when there are more keys and values than fit',
  },
};
