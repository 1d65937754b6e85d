import { defineJob, wholeFile, type Emit } from '@mapreduce/sdk';
import { sleep } from './sleep.ts';

/** Some reduces take long: no process may leave before they are done. */
export default defineJob({
  reader: wholeFile(),
  map: ({ file }, emit: Emit<string, number>) => {
    emit(file.split('/').at(-1) ?? file, 1);
  },
  reduce: (key, seen, emit) => {
    if (key.includes('sherlock') || key.includes('tom') || key.endsWith('-3.txt')) sleep(4_000);
    emit(key, [...seen].length);
  },
});
