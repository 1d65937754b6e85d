import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'An answer whose source ended early is ended like a whole one.',
  file: 'packages/service/src/node/http-body.ts',
  find: "if (sent !== stream.length) throw new RangeError('the stream is shorter than it said');",
  replace: '',
  caughtBy: {
    file: 'packages/service/src/node/http.test.ts',
    name: 'bulk routes a source that fails, or is too short or too long, never looks whole',
  },
};
