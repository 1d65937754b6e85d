import { expect, test } from '@jest/globals';
import {
  defineJob,
  type Emit,
  fixed,
  fixedWriter,
  isSum,
  type Job,
  ndjson,
  rangePartition,
  sum,
  sumValues,
  wholeFile,
  words,
} from './index.ts';

/** What is inferred is asserted by a type: this file compiles or not. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
const inferred = <Holds extends true>(holds?: Holds): Holds | undefined => holds;

test('a program without annotations counts strings', () => {
  const job = defineJob({
    map: (line, emit) => {
      inferred<Same<typeof line, string>>();
      for (const word of words(line)) emit(word, 1);
      // @ts-expect-error: a value is a number
      if (line === 'never') emit(line, 'one');
    },
    combine: (_word, counts) => sum(counts),
    reduce: (word, counts, emit) => emit(word, sum(counts)),
  });
  inferred<Same<typeof job, Job>>();
  expect(job.map).toBeDefined();
});

test('keys and values flow from an annotated emit', () => {
  interface Posting {
    readonly [name: string]: string | number;
    readonly file: string;
    readonly at: number;
  }
  defineJob({
    map: (line: string, emit: Emit<readonly [string, number], Posting>, context) => {
      emit([line, 1], { file: context.file, at: context.offset });
      // @ts-expect-error: the key is a tuple
      if (line === 'never') emit(line, { file: '', at: 0 });
    },
    order: ['ascending', 'descending'],
    group: 1,
    reduce: ([word, rank], postings, emit) => {
      inferred<Same<typeof word, string>>();
      inferred<Same<typeof rank, number>>();
      for (const { file, at } of postings) emit([word, file], rank + at);
    },
  });
});

test('records are typed by the reader', () => {
  interface Visit {
    readonly page: string;
  }
  defineJob({
    reader: ndjson<Visit>(),
    map: (visit, emit) => emit(visit.page, 1),
    reduce: (page, counts, emit) => emit(page, sum(counts)),
  });
  defineJob({
    reader: wholeFile(),
    map: ({ file, bytes }, emit) => emit(file, bytes.length),
  });
  defineJob({
    reader: fixed(100),
    map: (record, emit: Emit<Uint8Array, Uint8Array>) => {
      emit(record.subarray(0, 10), record.subarray(10));
    },
    partition: rangePartition({ samples: 10 }),
    writer: fixedWriter(100),
  });
});

test('a map of records and a map of blocks exclude each other', () => {
  // @ts-expect-error: both are given
  const both = defineJob({ map: () => undefined, mapBlock: () => undefined });
  expect(both).toBeDefined();
  // @ts-expect-error: neither is given
  expect(defineJob({})).toBeDefined();
});

test('sumValues is known to add', () => {
  defineJob({ map: (line, emit) => emit(line, 1), combine: sumValues });
  expect(sumValues('key', [1, 2, 3])).toBe(6);
  expect(isSum(sumValues)).toBe(true);
  expect(isSum((_key: unknown, values: Iterable<number>) => sum(values))).toBe(false);
});
