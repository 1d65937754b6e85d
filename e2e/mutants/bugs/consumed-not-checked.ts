import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: '_SUCCESS is written though parts were made from different outputs of a map.',
  file: 'packages/storage/src/success.ts',
  find: 'if (deterministic && record.manifest.consumed !== consumed) {',
  replace: 'if (deterministic && record.manifest.consumed === undefined) {',
  caughtBy: {
    file: 'packages/storage/src/verify.test.ts',
    name: 'finishing is refused while a record has consumed other map outputs',
  },
};
