import { defineJob } from '@mapreduce/sdk';

export default defineJob({
  map: () => {
    const hoard: number[][] = [];
    // Doubles: the collector need not look into them, so the limit is soon reached.
    for (;;) hoard.push(Array<number>(100_000).fill(0.5));
  },
});
