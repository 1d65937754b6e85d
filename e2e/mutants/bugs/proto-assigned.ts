import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A property named __proto__ of a value sets the prototype of the object.',
  file: 'packages/engine/src/codec/values.ts',
  find: "if (name === '__proto__') {",
  replace: "if (name === 'constructor') {",
  caughtBy: {
    file: 'packages/engine/src/codec/values.test.ts',
    name: 'values hold a property named __proto__ without touching a prototype',
  },
};
