import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'The bytes of a fetched segment are not compared with the digest of its claim.',
  file: 'packages/engine/src/segments/stream-parser.ts',
  find: 'if (!equalBytes(found, 0, found.length, wanted, 0, wanted.length)) {',
  replace: 'if (found.length !== wanted.length) {',
  caughtBy: {
    file: 'packages/engine/src/segments/stream.test.ts',
    name: 'segment stream is refused after any flipped bit, with the segment at fault',
  },
};
