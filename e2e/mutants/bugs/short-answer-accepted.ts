import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A segment stream that ends early is taken for a whole one.',
  file: 'packages/worker/src/core/shuffle/fetch-from-holder.ts',
  find: 'parser.finish();',
  replace: '',
  caughtBy: {
    file: 'packages/worker/src/core/shuffle/fetcher.test.ts',
    name: 'fetchSegments an answer that is whole but too short blames the map that is missing',
  },
};
