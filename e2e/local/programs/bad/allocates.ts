import { defineJob } from '@mapreduce/sdk';

export default defineJob({
  map: (line) => {
    const hoard: string[][] = [];
    for (;;) hoard.push(Array.from({ length: 1_000 }, (_, index) => `${line}${index}`));
  },
});
