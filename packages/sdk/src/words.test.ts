import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { wordNumbersOf } from './engine.ts';
import { defineJob, scanWords, words } from './index.ts';

/** Pieces of text that meet every branch: letters of all lengths, and what is no letter. */
const characters = fc.constantFrom(
  ...['a', 'Z', ' ', '.', '7', '\n', '\0', 'é', 'ß', '’', '中', 'ﬁ', '😀', '𐐀', '\u0301', '\ufffd'],
);
const loneSurrogates = fc.constantFrom('\ud800', '\udfff');
const texts = fc.string({ unit: fc.oneof(characters, loneSurrogates), maxLength: 60 });
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function scanned(bytes: Uint8Array): string[] {
  const found: string[] = [];
  scanWords(bytes, (source, start, end) => found.push(decoder.decode(source.subarray(start, end))));
  return found;
}

function expected(text: string): string[] {
  return text.match(/\p{L}+/gu) ?? [];
}

describe('words', () => {
  test('are the maximal runs of letters', () => {
    fc.assert(fc.property(texts, (text) => expect(words(text)).toEqual(expected(text))));
  });

  test.each([
    ['nothing', ''],
    ['text longer than one look', 'naïve idea, '.repeat(9_000)],
    ['a word longer than one look', `${'x'.repeat(100_000)} y`],
    ['a long text of letters beyond ASCII', 'é'.repeat(40_000)],
  ])('of %s', (_what, text) => {
    expect(words(text)).toEqual(expected(text));
  });

  test("are the caller's own array each time", () => {
    const first = words('a b');
    words('c d');
    expect(first).toEqual(['a', 'b']);
  });
});

describe('the number of a word', () => {
  const numberOf = wordNumbersOf(defineJob({ map: () => undefined }));

  test('is asked for in the order of the words, and stands for one string', () => {
    words('one two');
    const [one, two] = words('one two').map((word) => numberOf?.(word) ?? NaN);
    expect(one).toBeGreaterThan(0);
    expect(two).toBeGreaterThan(0);
    expect(two).not.toBe(one);
    expect(words('two one one').map((word) => numberOf?.(word))).toEqual([two, one, one]);
  });

  test('is 0 for every other string', () => {
    words('one two');
    expect(['two', 'two', 'two'].map((word) => numberOf?.(word))).toEqual([
      0,
      expect.any(Number),
      0,
    ]);
    const changed = words('one two');
    changed[0] = 'three';
    expect(numberOf?.('three')).toBe(0);
    words('');
    expect(numberOf?.('')).toBe(0);
  });

  test('is 0 for words that are too long, parts of runs, or one too many', () => {
    expect(words(`${'x'.repeat(17)} a’b`).map((word) => numberOf?.(word))).toEqual([0, 0, 0]);
    const all = Array.from({ length: 30_000 }, (_, i) =>
      i.toString().replace(/\d/g, (digit) => 'abcdefghij'[Number(digit)] as string),
    );
    for (const word of all) expect(words(word)).toEqual([word]);
    expect(words('ab zzz').map((word) => numberOf?.(word))).toEqual([expect.any(Number), 0]);
    expect(words('zzz ab zzz')).toEqual(['zzz', 'ab', 'zzz']);
  });
});

describe('scanWords', () => {
  const bytes = fc
    .array(
      fc.oneof(
        characters.map((text) => [...new TextEncoder().encode(text)]),
        fc.constantFrom(
          [0xff],
          [0xc3],
          [0xe2, 0x80],
          [0xf0, 0x90],
          [0xed, 0xa0, 0x80],
          [0xc0, 0x80],
        ),
        fc.constantFrom([0x80], [0xf4, 0x90, 0x80, 0x80], [0xe0, 0x80, 0x80], [0xe4, 0xb8]),
      ),
      { maxLength: 60 },
    )
    .map((pieces) => new Uint8Array(pieces.flat()));

  test('finds what decoding and then matching finds, whatever the bytes', () => {
    fc.assert(
      fc.property(bytes, (source) => {
        expect(scanned(source)).toEqual(expected(decoder.decode(source)));
      }),
    );
  });

  test.each([4_095, 4_096, 4_097, 20_000])('finds words across its chunks (%i bytes)', (length) => {
    const text = `${'x'.repeat(length - 3)} yé ${'z'.repeat(length)}, end`;
    expect(scanned(new TextEncoder().encode(text))).toEqual(expected(text));
  });

  test('looks at a range alone', () => {
    const found: string[] = [];
    const source = new TextEncoder().encode('one two three');
    scanWords(
      source,
      (bytes, start, end) => found.push(decoder.decode(bytes.subarray(start, end))),
      4,
      9,
    );
    expect(found).toEqual(['two', 't']);
  });
});
