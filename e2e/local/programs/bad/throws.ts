import { defineJob } from '@mapreduce/sdk';

export default defineJob({
  map: (line) => {
    if (line.includes('poison')) throw new RangeError('the poisoned line');
  },
});
