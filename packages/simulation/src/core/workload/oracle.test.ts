import { expect, test } from '@jest/globals';
import { expectedParts } from './oracle.ts';

test('counts by hand', () => {
  const inputs = [
    { name: 'a', text: 'the é the\n\n😀 a' },
    { name: 'b', text: 'a\r\nthe' },
  ];
  // ihash: "a" 1678518572, "the" 873378332, "é" 513665217, "😀" 866293256.
  expect(expectedParts('count', inputs, 2)).toEqual(['a\t2\nthe\t3\n😀\t1\n', 'é\t1\n']);
  expect(expectedParts('count', inputs, 1)).toEqual(['a\t2\nthe\t3\né\t1\n😀\t1\n']);
});

test('leaves out by hand the lines that picky cannot bear', () => {
  const inputs = [{ name: 'a', text: 'a constructor b\na c\n' }];
  expect(expectedParts('picky', inputs, 1)).toEqual(['a\t1\nc\t1\n']);
  expect(expectedParts('ranges', inputs, 2)).toEqual(['a\t2\nb\t1\nc\t1\nconstructor\t1\n']);
});

test('finds places by hand: bytes, not characters, and both files in order', () => {
  const inputs = [
    { name: 'a', text: 'é x\n\nx  y\n' },
    { name: 'b', text: 'x' },
  ];
  expect(expectedParts('places', inputs, 1)).toEqual([
    'x\ta@0#1 a@6#0 b@0#0\ny\ta@6#1\né\ta@0#0\n',
  ]);
});
