import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A body without a declared length is read however large it is.',
  file: 'packages/service/src/node/http-body.ts',
  find: 'if (length > limit) throw await tooLarge();',
  replace: '',
  caughtBy: {
    file: 'packages/service/src/node/http-body.test.ts',
    name: 'a body that does not say how long it is is read to the limit, and no further',
  },
};
