import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mergePatched } from '../virtual/patches.ts';
import { jsonEqual, mergePatch } from './merge-patch.ts';

/** Objects as an API server has them: a field is absent rather than null. */
const json = fc.letrec<{ value: unknown; object: object }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('', 'a', 0, 1, true, false),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { noNullPrototype: true }),
})).object;

test('the patch, applied to what was, gives what is wanted', () => {
  fc.assert(
    fc.property(json, json, (before, after) => {
      const patch = mergePatch(before, after);
      expect(patch === undefined ? before : mergePatched(before, patch)).toEqual(after);
      expect(patch === undefined).toBe(jsonEqual(before, after));
    }),
  );
});

test('only what differs is in it; what is gone is null; lists are whole', () => {
  const before = { phase: 'Running', counts: { maps: 1, reduces: 2 }, list: [1, 2], gone: 'x' };
  const after = { phase: 'Running', counts: { maps: 1, reduces: 3 }, list: [1, 2, 3] };
  expect(mergePatch(before, after)).toEqual({
    counts: { reduces: 3 },
    list: [1, 2, 3],
    gone: null,
  });
});

test('a field that is undefined is one that is absent', () => {
  expect(mergePatch({ a: 1 }, { a: 1, b: undefined })).toBeUndefined();
  expect(mergePatch({ a: 1 }, { a: undefined })).toEqual({ a: null });
});

test('where there was nothing, all of it is the patch', () => {
  expect(mergePatch(undefined, { a: { b: 1 } })).toEqual({ a: { b: 1 } });
});
