import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { scanWords } from '@mapreduce/sdk';
import fc from 'fast-check';
import { NumberCells } from './number-cells.ts';
import { WordSums } from './word-sums.ts';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Sums by word; `isLate` words never get a sum that could be told. */
function sumsOf(isLate: (word: string) => boolean) {
  const cells = new NumberCells();
  const entries = new Map<string, number>();
  const emitted = { alone: 0, together: 0 };
  const words = new WordSums(cells, {
    emitWord(source, start, end, value) {
      const word = decoder.decode(source.subarray(start, end));
      emitted.alone += 1;
      const known = entries.get(word);
      const entry = known ?? entries.size;
      entries.set(word, entry);
      if (known === undefined) cells.begin(entry, value);
      else cells.add(entry, value);
      return isLate(word) ? -1 : entry;
    },
    countWords(count) {
      emitted.together += count;
    },
  });
  return { words, cells, entries, emitted };
}

function expectSums(texts: readonly Uint8Array[], isLate = (_word: string) => false) {
  const { words, cells, entries, emitted } = sumsOf(isLate);
  const expected = new Map<string, number>();
  let count = 0;
  texts.forEach((text, index) => {
    const value = 1 / (index + 3);
    scanWords(text, (source, start, end) => {
      const word = decoder.decode(source.subarray(start, end));
      expected.set(word, (expected.get(word) ?? 0) + value);
      count += 1;
    });
    words.add(text, value);
    if (index % 3 === 2) words.settle();
  });
  words.end();
  expect(words.isAhead).toBe(false);
  expect(emitted.alone + emitted.together).toBe(count);
  // In the order of their first appearance, and to the last bit.
  expect([...entries].map(([word, entry]) => [word, cells.value(entry)])).toEqual([...expected]);
  return emitted;
}

const piece = fc.oneof(
  fc.constantFrom('a', 'be', ' ', '\n', "don't", 'don’t', 'naïve', 'Ελλάς', '漢字', '𝒜', '1st'),
  fc.constantFrom('abcdefghijklmnop', 'abcdefghijklmnopq', 'incomprehensibilities'),
  fc.string({ unit: 'binary' }),
);
const text = fc
  .array(
    fc.oneof(
      piece.map((drawn) => encoder.encode(drawn)),
      fc.uint8Array(),
    ),
  )
  .map((pieces) => Uint8Array.from(pieces.flatMap((drawn) => [...drawn])));

test('adds up what words emitted one by one add up to', () => {
  fc.assert(
    fc.property(fc.array(text), fc.boolean(), (texts, isLate) => {
      expectSums(texts, (word) => isLate && word.length % 2 === 0);
    }),
  );
});

test('cuts no word where a piece of a long text ends', () => {
  const line = 'the quick brown fox — naïve — jumps over incomprehensibilities\n';
  for (let shift = 0; shift < 70; shift += 1) {
    const long = encoder.encode('x'.repeat(shift) + ' ' + line.repeat(1_100));
    const { alone } = expectSums([long]);
    expect(alone).toBeLessThan(1_200);
  }
});

test('adds words longer than a piece', () => {
  const long = 'x'.repeat(40_000);
  expectSums([encoder.encode(`a ${long} a ${long}é a ${long}`), encoder.encode(`${long}—a a`)]);
});

test('adds more words than it has slots for', () => {
  const all = Array.from({ length: 60_000 }, (_, i) =>
    i.toString().replace(/\d/g, (digit) => 'abcdefghij'[Number(digit)] as string),
  );
  const vocabulary = encoder.encode(all.join(' '));
  expectSums([vocabulary, vocabulary, vocabulary, vocabulary]);
});

test('leaves the kernel with new words alone', () => {
  const known = encoder.encode('to be or not to be '.repeat(10_000));
  expect(expectSums([known, known])).toEqual({ alone: 4, together: 119_996 });
});

test('who ends hands the kernel on, empty', () => {
  const known = encoder.encode('to be or not to be '.repeat(10));
  const { WebAssembly } = globalThis as unknown as {
    WebAssembly: { Instance: new (module: object) => object };
  };
  const { Instance } = WebAssembly;
  let made = 0;
  WebAssembly.Instance = class extends Instance {
    constructor(module: object) {
      super(module);
      made += 1;
    }
  };
  try {
    // Two at once: one of them makes its own.
    const others = [sumsOf(() => false), sumsOf(() => false)];
    for (const { words } of others) words.add(known, 1);
    for (const { words } of others) words.end();
    expect(made).toBeGreaterThan(0);
    made = 0;
    for (let i = 0; i < 3; i += 1) expect(expectSums([known])).toEqual({ alone: 4, together: 56 });
    expect(made).toBe(0);
  } finally {
    WebAssembly.Instance = Instance;
  }
});

test('the module is what the kernel is assembled to', () => {
  const script = fileURLToPath(new URL('../../../../scripts/assemble.js', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
