import { defineJob, type Emit } from '@mapreduce/sdk';

/** A line that holds a number N gives N distinct keys. */
export default defineJob({
  map: (line, emit: Emit<string, number>) => {
    const keys = Number(line);
    for (let key = 0; key < keys; key += 1) emit(`key-${key}`, key);
  },
  combine: (_key, values) => Math.max(...values),
  reduce: (key, values, emit) => {
    emit(key, Math.max(...values));
  },
});
