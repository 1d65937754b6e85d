import { defineJob, sum, words } from '@mapreduce/sdk';
import { sleep } from './sleep.ts';

const mapMs = Number(process.env['E2E_MAP_MS'] ?? 0);
const reduceMs = Number(process.env['E2E_REDUCE_MS'] ?? 0);
let mapped = 0;
let reduced = 0;

/** Word count that takes its time, so that there is a moment to strike in. */
export default defineJob({
  map: (line, emit) => {
    mapped += 1;
    if (mapped % 500 === 0) sleep(mapMs);
    for (const word of words(line)) emit(word, 1);
  },
  combine: (_word, counts) => sum(counts),
  reduce: (word, counts, emit) => {
    reduced += 1;
    if (reduced % 500 === 0) sleep(reduceMs);
    emit(word, sum(counts));
  },
});
