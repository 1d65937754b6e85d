import { defineJob, type Emit } from '@mapreduce/sdk';
import { sleep } from './sleep.ts';

const reduceMs = Number(process.env['E2E_REDUCE_MS'] ?? 0);
let reduced = 0;

/** How often each line occurs, with no combiner: what the maps hold is as large as the input. */
export default defineJob({
  map: (line, emit: Emit<string, number>) => {
    emit(line, 1);
  },
  reduce: (line, seen, emit) => {
    reduced += 1;
    if (reduced % 2_000 === 0) sleep(reduceMs);
    let count = 0;
    for (const one of seen) count += one;
    emit(line, count);
  },
});
