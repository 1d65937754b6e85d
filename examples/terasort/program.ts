import { defineJob, fixed, fixedWriter, rangePartition } from '@mapreduce/sdk';

const RECORD = 100;
const KEY = 10;

/** Sorts the records of TeraGen by key; part after part, the whole output is in order. */
export default defineJob<Uint8Array, Uint8Array, Uint8Array>({
  reader: fixed(RECORD),
  mapBlock: (block, emit) => {
    for (let start = 0; start < block.length; start += RECORD) {
      emit.bytes(block, start, start + KEY, start + KEY, start + RECORD);
    }
  },
  partition: rangePartition(),
  writer: fixedWriter(RECORD),
});
