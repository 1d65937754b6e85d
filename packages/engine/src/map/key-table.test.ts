import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ByteWriter } from '../codec/byte-writer.ts';
import { KeyCodec } from '../codec/keys.ts';
import { KeyEntries } from './key-entries.ts';
import { KeyTable } from './key-table.ts';

const body = fc
  .array(fc.oneof(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 255 })), { maxLength: 20 })
  .map((bytes) => Uint8Array.from(bytes));
const key = fc.tuple(fc.constantFrom(1, 2, 0xfd), body);

test('numbers distinct keys by first appearance, wherever they lie', () => {
  const keys = fc.array(key, { maxLength: 200, size: 'max' });
  fc.assert(
    fc.property(keys, fc.nat(20), (drawn, slack) => {
      const table = new KeyTable();
      const seen = new Map<string, number>();
      for (const [tag, bytes] of drawn) {
        // At the end of an array there is less to read than a word.
        const source = new Uint8Array(slack + bytes.length + (slack % 5)).fill(0xee);
        source.set(bytes, slack);
        const name = `${tag} ${bytes.join()}`;
        const expected = seen.get(name) ?? seen.size;
        seen.set(name, expected);
        expect(table.entryOf(tag, source, slack, slack + bytes.length)).toBe(expected);
      }
      expect(table.size).toBe(seen.size);
      for (const [name, entry] of seen) {
        const start = table.keyOffset(entry);
        const [tag, ...rest] = table.arena.subarray(start, start + table.keyLength(entry));
        expect(`${tag} ${rest.join()}`).toBe(name);
      }
    }),
  );
});

test('grows and is cleared without mixing keys up', () => {
  const table = new KeyTable();
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  for (let round = 0; round < 2; round += 1) {
    let wrong = 0;
    for (let pass = 0; pass < 2; pass += 1) {
      for (let i = 0; i < 50_000; i += 1) {
        view.setUint32(0, i);
        view.setUint32(8, i);
        // Keys of 4 and of 12 bytes.
        if (table.entryOf(2, bytes, 0, 4) !== 2 * i) wrong += 1;
        if (table.entryOf(2, bytes, 0, 12) !== 2 * i + 1) wrong += 1;
      }
    }
    expect(wrong).toBe(0);
    table.clear();
  }
});

test.each([[[]], [['descending' as const]]])(
  'a key is one entry in all its forms (order %j)',
  (order) => {
    const codec = new KeyCodec({ order });
    const entries = new KeyEntries(codec, undefined);
    const strings = ['', 'a', 'abcdefgh', 'abcdefghi', 'é', 'naïve', '\0', '😀', 'x'.repeat(100)];
    for (const [entry, text] of strings.entries()) {
      const utf8 = new TextEncoder().encode(text);
      expect(entries.of(text)).toBe(entry);
      expect(entries.ofText(utf8, 0, utf8.length)).toBe(entry);
      expect(entries.key(entry)).toBe(text);
      const writer = new ByteWriter();
      codec.encode(text, writer);
      const start = entries.table.keyOffset(entry);
      const length = entries.table.keyLength(entry);
      expect(entries.table.arena.slice(start, start + length)).toEqual(writer.copy());
    }
    const bytes = Uint8Array.of(0x61);
    expect(entries.ofBytes(bytes, 0, 1)).toBe(strings.length);
    expect(entries.of(bytes)).toBe(strings.length);
    expect(entries.of(1.5)).toBe(strings.length + 1);
    expect(entries.of(['a', 1])).toBe(strings.length + 2);
  },
);
