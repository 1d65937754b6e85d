import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'Of several spills the last one alone is merged.',
  file: 'packages/engine/src/map/map-output.ts',
  find: 'this.#runs.push(run);',
  replace: 'this.#runs = [run];',
  caughtBy: {
    file: 'packages/engine/src/engine.test.ts',
    name: 'word count equals one in a plain Map when there are more keys and values than fit',
  },
};
