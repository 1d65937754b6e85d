import { expect, test } from '@jest/globals';
import { nodeDigest } from '@mapreduce/service/node';
import { aJobSettings, aSplit } from '@mapreduce/testing';
import fc from 'fast-check';
import { fromHex, toHex } from './hex.ts';
import { canonicalJson, settingsDigest, splitDigest } from './settings-digest.ts';

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

test('a split is known by all it says but its place in the plan', () => {
  const digest = splitDigest(nodeDigest, aSplit());
  expect(splitDigest(nodeDigest, aSplit({ index: 7 }))).toBe(digest);
  const others = [
    aSplit({ source: { kind: 'file', path: '/other' } }),
    ...[aSplit({ name: 'b' }), aSplit({ start: 1 }), aSplit({ end: 99 })],
    ...[aSplit({ size: 101 }), aSplit({ version: '1-100' })],
  ];
  const digests = others.map((split) => splitDigest(nodeDigest, split));
  expect(new Set([digest, ...digests]).size).toBe(7);
});

test('hex goes there and back', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(fromHex(toHex(bytes))).toEqual(bytes);
    }),
  );
});
