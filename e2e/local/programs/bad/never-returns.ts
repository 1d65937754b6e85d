import { defineJob } from '@mapreduce/sdk';

export default defineJob({
  map: () => {
    for (let spins = 0; ; spins += 1) if (spins < 0) return;
  },
});
