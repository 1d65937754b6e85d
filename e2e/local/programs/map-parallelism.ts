import { defineJob, wholeFile, type Emit } from '@mapreduce/sdk';
import { countPeers } from './peers.ts';

/** Which workers ran, and how many maps were seen running at once. */
export default defineJob({
  reader: wholeFile(),
  map: (_file, emit: Emit<string, number>) => {
    emit(`worker-${process.ppid}`, 1);
    emit('at-once', countPeers('map'));
  },
  reduce: (key, seen, emit) => {
    emit(key, Math.max(...seen));
  },
});
