import { expect, test } from '@jest/globals';
import { nodeDigest } from '@mapreduce/service/node';
import { aJobSettings } from '@mapreduce/testing';
import fc from 'fast-check';
import { fromHex, toHex } from './hex.ts';
import { canonicalJson, settingsDigest } from './settings-digest.ts';

test('canonical JSON does not depend on the order in which members were set', () => {
  expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}');
  expect(canonicalJson({ ['__proto__']: 1, 10: 1, 9: 2 })).not.toContain(' ');
});

test('settings that differ anywhere have different digests', () => {
  const digest = settingsDigest(nodeDigest, aJobSettings());
  const { id, ...rest } = aJobSettings();
  expect(settingsDigest(nodeDigest, { ...rest, id })).toBe(digest);
  expect(settingsDigest(nodeDigest, aJobSettings({ reducers: 3 }))).not.toBe(digest);
  const program = { kind: 'builtin', name: 'grep' } as const;
  expect(settingsDigest(nodeDigest, aJobSettings({ program }))).not.toBe(digest);
});

test('hex goes there and back', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(fromHex(toHex(bytes))).toEqual(bytes);
    }),
  );
});
