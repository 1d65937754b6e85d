import { expect, it } from '@jest/globals';
import { RecordGenerator, RECORD_BYTES } from '@mapreduce/storage';
import { Checksum } from './checksum.ts';

it.each([
  [1_000, '1f9ffe645ec'],
  [10_000, '139abefd74b2'],
  [100_000, 'c327a1c42c28'],
])("gives Hadoop's checksum for %d records", (count, expected) => {
  const records = new Uint8Array(count * RECORD_BYTES);
  new RecordGenerator().fill(records);
  const checksum = new Checksum();
  checksum.addAll(records);
  expect(checksum.toString()).toBe(expected);
});
