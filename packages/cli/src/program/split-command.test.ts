import { describe, expect, test } from '@jest/globals';
import { splitCommand } from './split-command.ts';
import { programAndInputs, refuseSkipping } from './streaming.ts';

describe('a command is cut into words as a shell would', () => {
  test.each([
    ['cat', ['cat']],
    ['  wc   -l\t-w ', ['wc', '-l', '-w']],
    [`awk '{print $1 " " $2}'`, ['awk', '{print $1 " " $2}']],
    [`a "b 'c' d" 'e "f" g'`, ['a', "b 'c' d", 'e "f" g']],
    [`a"b"'c'd ''`, ['abcd', '']],
    [String.raw`a\ b \| "\"\\\$\n" 'a\b'`, ['a b', '|', String.raw`"\$\n`, String.raw`a\b`]],
    [`sh -c 'a | b > c; d'`, ['sh', '-c', 'a | b > c; d']],
    ['grep {a,b}* ~/x', ['grep', '{a,b}*', '~/x']],
  ])('%s', (text, words) => {
    expect(splitCommand('--mapper', text)).toEqual(words);
  });
});

test.each(['a | b', 'a > b', 'a; b', 'a & b', 'echo $HOME', 'echo "$HOME"', 'echo `a`', '(a)'])(
  '%s is refused, since no shell runs it',
  (text) => {
    expect(() => splitCommand('--mapper', text)).toThrow(/^--mapper: . is for a shell, and none/);
  },
);

test.each([
  ['', 'expected a program and its arguments'],
  ['   ', 'expected a program and its arguments'],
  [`'' a`, 'expected a program and its arguments'],
  [`awk '{print`, "a quote ' is not closed"],
  ['awk "', 'a quote " is not closed'],
])('%j is refused: %s', (text, message) => {
  expect(() => splitCommand('--reducer', text)).toThrow(`--reducer: ${message}`);
});

describe('the words of a command line', () => {
  test('are a program and inputs', () => {
    const asked = programAndInputs(['wordcount', 'a', 'b'], {});
    expect(asked).toEqual({ commands: undefined, program: 'wordcount', inputs: ['a', 'b'] });
  });

  test('are inputs alone with --mapper', () => {
    const flags = { mapper: 'cat -', reducer: 'uniq', sideEffects: true };
    expect(programAndInputs(['a', 'b'], flags)).toEqual({
      commands: {
        mapper: { command: ['cat', '-'] },
        reducer: { command: ['uniq'] },
        sideEffects: true,
        nondeterministic: false,
      },
      program: undefined,
      inputs: ['a', 'b'],
    });
  });

  test.each([
    [[], {}, 'expected a PROGRAM, or --mapper COMMAND'],
    [['wordcount'], {}, 'expected an INPUT'],
    [[], { mapper: 'cat' }, 'expected an INPUT'],
    [
      ['wordcount', 'a'],
      { reducer: 'cat', sideEffects: true },
      '--reducer, --side-effects: only with --mapper; how many reducers there are is --reducers N',
    ],
  ])('%j with %j are refused', (words, flags, message) => {
    expect(() => programAndInputs(words, flags)).toThrow(message);
  });

  test('do not go with bad records that are skipped', () => {
    expect(() => refuseSkipping(1)).toThrow('--skip-bad-records: not with --mapper');
    refuseSkipping(0);
  });
});
