import { expect, test } from '@jest/globals';
import { isOlder } from './resource-version.ts';

test.each([
  ['9', '10', true],
  ['10', '9', false],
  ['10', '10', false],
  ['18446744073709551614', '18446744073709551615', true],
  ['9', 'a10', false],
  ['', '1', false],
  ['07', '8', false],
])('%j is older than %j: %j', (a, b, older) => {
  expect(isOlder(a, b)).toBe(older);
});
