import { defineJob, wholeFile, type Emit } from '@mapreduce/sdk';
import { countPeers } from './peers.ts';

export default defineJob({
  reader: wholeFile(),
  map: (_file, emit: Emit<string, number>) => {
    for (const key of 'abcdefghij') emit(key, 1);
  },
  reduce: (key, _seen, emit) => {
    emit(key, countPeers('reduce'));
  },
});
