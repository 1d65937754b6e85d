import { describe, expect, test } from '@jest/globals';
import {
  type BlockEmit,
  defineJob,
  type Emit,
  type Key,
  ndjsonWriter,
  scanWords,
  sum,
  sumValues,
  type Value,
  words,
} from '@mapreduce/sdk';
import { type ProgramRun, runProgram } from '@mapreduce/testing';

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
  const run = { files: { 'a.txt': 'x' } };
  const found = await linesOf(together, run);
  expect(found.length).toBe(8);
  expect(found).toEqual(await linesOf(singly, run));
});

describe('words that map finds', () => {
  const lines = Array.from({ length: 3_000 }, (_, i) => {
    const name = i.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)] as string);
    return `The ${name} of the naïve ${name}'s incomprehensibilities, ${name} don’t ${'y'.repeat(i % 40)}`;
  });
  const maps: Record<string, (line: string, emit: (word: string) => void) => void> = {
    'are emitted in their order': (line, emit) => words(line).forEach(emit),
    'are emitted in another order': (line, emit) => words(line).reverse().forEach(emit),
    'are put in order in place': (line, emit) => words(line).sort().forEach(emit),
    'are replaced in place': (line, emit) => {
      const found = words(line);
      found.forEach((word, i) => (found[i] = word.toLowerCase()));
      found.forEach(emit);
    },
    'are emitted in part': (line, emit) =>
      words(line)
        .filter((w) => w.length > 3)
        .forEach(emit),
    'are emitted twice': (line, emit) =>
      words(line)
        .flatMap((word) => [word, word])
        .forEach(emit),
    'are those of two texts': (line, emit) => {
      const first = words(line);
      const second = words(`${line} again`);
      [...first, ...second].forEach(emit);
    },
    'come with other strings': (line, emit) => {
      emit('');
      for (const word of words(line)) [word, `${word}!`].forEach(emit);
    },
  };

  test.each(Object.keys(maps))('%s', async (name) => {
    const map = maps[name] as (typeof maps)[string];
    const counts = new Map<string, number>();
    const count = (word: string) => counts.set(word, (counts.get(word) ?? 0) + 1);
    for (const line of lines) map(line, (word) => void count(word));
    const program = defineJob({
      map: (line, emit) => map(line, (word) => emit(word, 1)),
      combine: (_word, values) => sum(values),
      reduce: (word, values, emit) => emit(word, sum(values)),
      writer: ndjsonWriter(),
    });
    for (const memory of [100_000, 2 ** 25]) {
      const files = { 'a.txt': lines.join('\n') };
      const found = await linesOf(program, { files, settings: { memory } });
      const pairs = found.map((line) => JSON.parse(line) as { key: string; value: number });
      expect(new Map(pairs.map(({ key, value }) => [key, value]))).toEqual(counts);
    }
  });
});

async function linesOf(program: object, run: ProgramRun): Promise<string[]> {
  const { parts } = await runProgram(program, run);
  return parts.flatMap((part) => new TextDecoder().decode(part).split('\n')).filter(Boolean);
}
