import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'Values that a reduce left unread become those of another key.',
  file: 'packages/engine/src/merge/groups.ts',
  find: 'while (this.#more) this.#advance();',
  replace: '',
  caughtBy: {
    file: 'packages/engine/src/engine.test.ts',
    name: 'the values of a key may be left unread, or half read',
  },
};
