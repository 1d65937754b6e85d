import { expect, it } from '@jest/globals';
import { runExample } from '../testing/run-example.ts';

it('counts the words of blocks', () => {
  const { parts, expected } = runExample('wordcount', 'examples/input');
  expect(Object.keys(expected)).toEqual(['part-00000', 'part-00001']);
  expect(parts).toEqual(expected);
});
