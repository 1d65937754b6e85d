import { expect, it } from '@jest/globals';
import { runExample } from '../testing/run-example.ts';

it('finds the lines that match, with file and offset', () => {
  const { parts, expected } = runExample('grep', 'examples/input');
  expect(Object.keys(expected)).toEqual(['part-00000', 'part-00001']);
  expect(parts).toEqual(expected);
});
