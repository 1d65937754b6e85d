import { describe, expect, test } from '@jest/globals';
import type { GeneratedData } from '@mapreduce/protocol';
import fc from 'fast-check';
import { GeneratedSource, generatedSize } from './generated-source.ts';
import { BLOCK_BYTES } from './words.ts';

const teragen: GeneratedData = { kind: 'teragen', records: 57 };
const words: GeneratedData = { kind: 'words', bytes: 3 * BLOCK_BYTES - 20, seed: 7 };

async function all(data: GeneratedData): Promise<Uint8Array> {
  const bytes = new Uint8Array(generatedSize(data));
  expect(await new GeneratedSource(data).read(bytes, 0)).toBe(bytes.length);
  return bytes;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

describe.each([
  ['teragen', teragen],
  ['words', words],
])('generated %s', (_, data) => {
  test('has the same bytes wherever reading begins, and however much is read', async () => {
    const whole = await all(data);
    const source = new GeneratedSource(data);
    const range = fc.record({
      position: fc.nat({ max: whole.length + 10 }),
      length: fc.oneof(fc.nat({ max: 250 }), fc.nat({ max: whole.length })),
    });
    await fc.assert(
      fc.asyncProperty(range, async ({ position, length }) => {
        const target = new Uint8Array(length);
        const read = await source.read(target, position);
        const wanted = whole.subarray(position, position + length);
        expect(read).toBe(wanted.length);
        expect(Buffer.compare(target.subarray(0, read), wanted)).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});

describe('generated words', () => {
  test('are lines of words, some of them common and most rare', async () => {
    const text = textOf(await all(words));
    expect(text).toMatch(/^(?:[a-z]+(?: [a-z]+)* ?\n)+$/);
    const counts = new Map<string, number>();
    for (const word of text.split(/[ \n]+/)) counts.set(word, (counts.get(word) ?? 0) + 1);
    const sorted = [...counts.values()].sort((a, b) => b - a);
    expect(counts.size).toBeGreaterThan(5_000);
    expect(sorted[0]).toBeGreaterThan(20 * (sorted[50] ?? 0));
    expect(sorted[2_000]).toBeLessThan(10);
  });

  test('differ from seed to seed, and from block to block', async () => {
    const [one, other] = [await all(words), await all({ ...words, seed: 8 })];
    expect(Buffer.compare(one, other)).not.toBe(0);
    const blocks = [0, 1].map((n) => textOf(one.subarray(n * BLOCK_BYTES, (n + 1) * BLOCK_BYTES)));
    expect(blocks[0]).not.toBe(blocks[1]);
  });
});
