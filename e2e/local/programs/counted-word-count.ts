import { appendFileSync } from 'node:fs';
import { defineJob, sum, words } from '@mapreduce/sdk';
import { sleep } from './sleep.ts';

const log = process.env['E2E_CALLS'] ?? '/dev/null';
const mapMs = Number(process.env['E2E_MAP_MS'] ?? 0);
const reduceMs = Number(process.env['E2E_REDUCE_MS'] ?? 0);
let mapped = 0;
let reduced = 0;

/** Word count that takes its time and leaves a letter a call in a file: what ran twice is seen. */
export default defineJob({
  sideEffects: true,
  map: (line, emit) => {
    appendFileSync(log, 'm');
    mapped += 1;
    if (mapped % 500 === 0) sleep(mapMs);
    for (const word of words(line)) emit(word, 1);
  },
  reduce: (word, counts, emit) => {
    appendFileSync(log, 'r');
    reduced += 1;
    if (reduced % 500 === 0) sleep(reduceMs);
    emit(word, sum(counts));
  },
});
