import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { jsonLines } from './json-lines.ts';

async function linesOf(chunks: readonly Uint8Array[], maxBytes = 1_000): Promise<unknown[]> {
  const values: unknown[] = [];
  async function* stream() {
    for (const chunk of chunks) {
      await Promise.resolve();
      yield chunk;
    }
  }
  for await (const value of jsonLines(stream(), maxBytes)) values.push(value);
  return values;
}

const text = (value: string) => new TextEncoder().encode(value);

test('wherever the stream is cut into chunks, the lines are the same', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.jsonValue(), { maxLength: 5 }),
      fc.array(fc.nat(40), { maxLength: 20 }),
      async (values, cuts) => {
        const bytes = text(values.map((value) => `${JSON.stringify(value)}\n`).join(''));
        const chunks: Uint8Array[] = [];
        let begin = 0;
        for (const length of cuts) chunks.push(bytes.subarray(begin, (begin += length)));
        chunks.push(bytes.subarray(begin));
        const expected = values.map((value) => JSON.parse(JSON.stringify(value)) as unknown);
        expect(await linesOf(chunks, 10_000)).toEqual(expected);
      },
    ),
  );
});

test.each([
  ['{"a":1}\n{"b":', 'the stream ended within a line'],
  ['{"a":1}\nno json\n', 'a line of the stream is not JSON'],
  [`"${'x'.repeat(2_000)}"\n`, 'a line exceeds 1000 bytes'],
])('of %j it says: %s', async (stream, message) => {
  await expect(linesOf([text(stream)])).rejects.toMatchObject({ reason: 'BadResponse', message });
});

test('empty lines are nothing', async () => {
  expect(await linesOf([text('\n\n{"a":1}\n\n')])).toEqual([{ a: 1 }]);
});
