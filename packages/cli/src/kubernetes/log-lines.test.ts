import { expect, it } from '@jest/globals';
import { lineFilter } from './log-lines.ts';

const lines = [
  '{"level":"info","fact":"leased","attempt":"1-1-5f3a9c21-map-3-0"}',
  '{"level":"error","fact":"failed","attempt":"1-1-5f3a9c21-map-33-0"}',
  '{"level":"warn","fact":"reduce 3 waits"}',
  'what a program printed',
  '{ no JSON',
];
const kept = (flags: Parameters<typeof lineFilter>[0]) =>
  lines.flatMap((line, index) => (lineFilter(flags)(line) ? [index] : []));

it('all lines are kept where nothing is asked for', () => {
  expect(kept({})).toEqual([0, 1, 2, 3, 4]);
});

it('warnings and errors are kept, and what a program printed', () => {
  expect(kept({ failed: true })).toEqual([1, 2, 3, 4]);
});

it('lines of one task are kept, and not those of one whose number begins alike', () => {
  expect(kept({ task: 'map-3' })).toEqual([0]);
  expect(kept({ task: 'reduce-3' })).toEqual([2]);
});
