import { defineJob, type Emit, type Job, type Key, type Value } from '@mapreduce/sdk';

/** A program whose types are nobody's concern. */
export type AnyProgram = Job<unknown, Key, Value>;

const spaced = (line: string) => line.split(' ').filter((word) => word !== '');

/** Counts words; combines, so that what is added twice or never shows. */
const count = defineJob({
  map: (line, emit) => {
    for (const word of spaced(line)) emit(word, 1);
  },
  combine: (_word, counts) => add(counts),
  reduce: (word, counts, emit) => emit(word, add(counts)),
});

/** Joins where each word stands; so that values in another order show. */
const places = defineJob({
  map: (line, emit: Emit<string, string>, { file, offset }) => {
    spaced(line).forEach((word, index) => emit(word, `${file}@${offset}#${index}`));
  },
  reduce: (word, found, emit) => emit(word, [...found].join(' ')),
});

function add(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}

/** What simulated executors can run. */
export const programs = {
  count: count as unknown as AnyProgram,
  places: places as unknown as AnyProgram,
} as const;

export type ProgramName = keyof typeof programs;
export const programNames = Object.keys(programs) as ProgramName[];
