import { expect, test } from '@jest/globals';
import { defineJob, sum, words } from '@mapreduce/sdk';
import { runProgram } from '@mapreduce/testing';

test('counts words', async () => {
  const job = defineJob({
    map: (line, emit) => {
      for (const word of words(line)) emit(word, 1);
    },
    combine: (_word, counts) => sum(counts),
    reduce: (word, counts, emit) => emit(word, sum(counts)),
  });
  const outcome = await runProgram(job, {
    files: { 'a.txt': 'the cat\nthe dog naïve\n', 'b.txt': 'cat the' },
    splitSize: 5,
  });
  const lines = outcome.parts.map((part) => new TextDecoder().decode(part)).join('');
  expect(lines.split('\n').filter(Boolean).sort()).toEqual([
    'cat\t2',
    'dog\t1',
    'naïve\t1',
    'the\t3',
  ]);
});
