import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'The stored root does not bind what the records are.',
  file: 'packages/engine/src/segments/merkle.ts',
  find: 'bytes.set(content, 13 + digestLength);',
  replace: '',
  caughtBy: {
    file: 'packages/engine/src/segments/merkle.test.ts',
    name: 'Merkle tree has leaves that depend on every fact, and differ by tree',
  },
};
