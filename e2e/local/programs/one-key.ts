import { defineJob, type Emit } from '@mapreduce/sdk';

/** A line that holds a number N gives N values of one key, without a combiner. */
export default defineJob({
  map: (line, emit: Emit<string, number>) => {
    const values = Number(line);
    for (let value = 0; value < values; value += 1) emit('all', value);
  },
  reduce: (key, values, emit) => {
    let count = 0;
    let total = 0;
    for (const value of values) {
      count += 1;
      total += value;
    }
    emit(key, [count, total]);
  },
});
