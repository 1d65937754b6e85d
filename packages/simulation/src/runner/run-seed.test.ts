import { expect, test } from '@jest/globals';
import { kindOf } from '../core/scenario.ts';
import { isReplayed } from './run-seed.ts';

test('one seed in a hundred runs twice, as many of each kind', () => {
  const seeds = Array.from({ length: 600 }, (_, index) => 1 + index).filter(isReplayed);
  const kinds = ['encoded', 'encoded', 'larger', 'larger', 'usual', 'usual'];
  expect(seeds.map(kindOf).sort()).toEqual(kinds);
});
