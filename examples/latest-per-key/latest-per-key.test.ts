import { expect, it } from '@jest/globals';
import { runExample } from '../testing/run-example.ts';

it('keeps the newest event of each id, the earlier in the input of two with one time', () => {
  const { parts, expected } = runExample('latest-per-key', 'examples/latest-per-key/input');
  expect(Object.keys(expected)).toEqual(['part-00000', 'part-00001']);
  expect(parts).toEqual(expected);
});
