import { defineJob, ndjson, type Emit } from '@mapreduce/sdk';

export default defineJob({
  reader: ndjson<{ n: number }>(),
  map: (record, emit: Emit<string, number>) => {
    emit('n', record.n);
  },
});
