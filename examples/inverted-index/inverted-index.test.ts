import { expect, it } from '@jest/globals';
import { runExample } from '../testing/run-example.ts';

it('lists the files of each word', () => {
  const { parts, expected } = runExample('inverted-index', 'examples/input');
  expect(Object.keys(expected)).toEqual(['part-00000', 'part-00001']);
  expect(parts).toEqual(expected);
});
