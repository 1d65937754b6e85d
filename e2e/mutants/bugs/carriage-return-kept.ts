import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'Lines that end in CRLF reach the program with their CR.',
  file: 'packages/engine/src/input/record-calls.ts',
  find: 'if (textEnd > line && bytes[textEnd - 1] === carriageReturn) textEnd -= 1;',
  replace: '',
  caughtBy: {
    file: 'packages/engine/src/input/input.test.ts',
    name: 'lines over every cut point no line is lost, doubled or changed',
  },
};
