import { expect, test } from '@jest/globals';
import { allEnded } from './all-ended.ts';

test('throws what failed first in order, and not before the others have ended', async () => {
  const slow = Promise.withResolvers<undefined>();
  const failing = [
    Promise.reject(new Error('first')),
    slow.promise,
    Promise.reject(new Error('other')),
  ];
  let thrown: unknown;
  const ended = allEnded(failing).catch((error: unknown) => (thrown = error));
  await new Promise((resolve) => setImmediate(resolve));
  expect(thrown).toBeUndefined();
  slow.resolve(undefined);
  await ended;
  expect(thrown).toEqual(new Error('first'));
});
