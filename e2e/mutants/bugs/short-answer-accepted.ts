import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A segment stream that ends between two segments is taken for a whole one.',
  file: 'packages/engine/src/segments/stream-parser.ts',
  find: 'if (this.#segment < this.#expected.segments.length) {',
  replace: 'if (this.#segment < 0) {',
  caughtBy: {
    file: 'packages/engine/src/segments/stream.test.ts',
    name: 'segment stream is refused after any cut, and with anything after it',
  },
};
