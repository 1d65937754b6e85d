import {
  defineJob,
  rangePartition,
  type Emit,
  type Job,
  type Key,
  type Value,
} from '@mapreduce/sdk';

/** A program whose types are nobody's concern. */
export type AnyProgram = Job<unknown, Key, Value>;

/** What the programs `picky` and `broken` cannot bear. */
const badWord = 'constructor';

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

/** Counts words into parts that are sorted among each other; so cut points are sampled. */
const ranges = defineJob({
  map: (line, emit) => {
    for (const word of spaced(line)) emit(word, 1);
  },
  reduce: (word, counts, emit) => emit(word, add(counts)),
  partition: rangePartition({ samples: 40 }),
});

/** Counts words, but throws on each line with a certain word, after it has emitted those before it. */
const picky = defineJob({
  map: (line, emit) => {
    for (const word of spaced(line)) {
      if (word === badWord) throw new Error('a bad record');
      emit(word, 1);
    }
  },
  combine: (_word, counts) => add(counts),
  reduce: (word, counts, emit) => emit(word, add(counts)),
});

/** Counts words, but throws at the counts of a certain one: other parts are committed by then. */
const broken = defineJob({
  map: (line, emit) => {
    for (const word of spaced(line)) emit(word, 1);
  },
  reduce: (word, counts, emit) => {
    if (word === badWord) throw new Error('a bad key');
    emit(word, add(counts));
  },
});

function add(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}

let drawn = 0;

/** A run begins: it is to draw what it drew the last time. */
export function drawLotsAnew(): void {
  drawn = 0;
}

/**
 * Gives each line's lot, another one whenever a map runs again, to two keys of different partitions: an
 * output that is made of one run of each map has the same lots in both. Words depend on the input alone.
 */
const lots = defineJob({
  map: (line, emit: Emit<string, string>) => {
    drawn += 1;
    emit('lot-a', `${line}-${drawn}`);
    emit('lot-b', `${line}-${drawn}`);
    for (const word of spaced(line)) emit(word, line);
  },
  reduce: (key, values, emit) => emit(key, [...values].join(' ')),
});

/** The same, and says so: then nobody holds it to anything. */
const dice = defineJob({ ...lots, nondeterministic: true });

/** Programs of which most seeds draw one: what they give is known. */
const usual = {
  count: count as unknown as AnyProgram,
  places: places as unknown as AnyProgram,
  ranges: ranges as unknown as AnyProgram,
  picky: picky as unknown as AnyProgram,
} as const;

/** What simulated executors can run. */
export const programs = {
  ...usual,
  broken: broken as unknown as AnyProgram,
  lots: lots as unknown as AnyProgram,
  dice: dice as unknown as AnyProgram,
} as const;

export type ProgramName = keyof typeof programs;
export const programNames = Object.keys(programs) as ProgramName[];
export const usualPrograms = Object.keys(usual) as ProgramName[];
