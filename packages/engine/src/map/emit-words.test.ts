import { expect, test } from '@jest/globals';
import {
  type BlockEmit,
  defineJob,
  type Emit,
  type Key,
  ndjsonWriter,
  scanWords,
  sumValues,
  type Value,
} from '@mapreduce/sdk';
import { runProgram } from '@mapreduce/testing';

test('sums of fractions do not depend on which way each was emitted', async () => {
  const encoder = new TextEncoder();
  const block = encoder.encode(
    "a b a naïve c a_lengthy_word_of_pneumonoultramicroscopic 'b' naïve",
  );
  const values = [0.1, 0.2, 0.3, 1e16, -1e16, 0.7];
  const one = (text: string) => encoder.encode(text);
  const jobOf = (emitWords: (emit: BlockEmit, value: number) => void) =>
    defineJob({
      mapBlock: (_block, emit) => {
        for (const value of values) {
          emitWords(emit, value);
          emit.text(one('a'), 0, 1, value / 3);
          emitWords(emit, value / 7);
          emit.pair('naïve', value / 3);
        }
        emitWords(emit, 1);
      },
      combine: sumValues,
      reduce: (word, sums, emit: Emit<Key, Value>) => emit(word, [...sums]),
      writer: ndjsonWriter(),
    });
  const together = jobOf((emit, value) => emit.words(block, value));
  const singly = jobOf((emit, value) =>
    scanWords(block, (source, start, end) => emit.text(source, start, end, value)),
  );
  const found = await linesOf(together);
  expect(found.length).toBe(8);
  expect(found).toEqual(await linesOf(singly));
});

async function linesOf(program: object): Promise<string[]> {
  const { parts } = await runProgram(program, { files: { 'a.txt': 'x' } });
  return parts.flatMap((part) => new TextDecoder().decode(part).split('\n')).filter(Boolean);
}
